// SPDX-License-Identifier: Apache-2.0
#include "feed/device_feed.hpp"

#include "attach/holding.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"
#include "device/holding.hpp"
#include "gpu/catalogue.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace ingot::feed {

namespace {

using base::Clock;
using live::Kind;
using std::chrono::milliseconds;
using std::chrono::system_clock;

// Generators write a file in several goes, and a driver takes one device after the other.
constexpr milliseconds kSettled{100};
// A container that could not be looked at, although its engine is there: it was about to end, say.
constexpr milliseconds kRetry{1000};
constexpr int kMostRetries = 3;

const std::set<std::string, std::less<>> kTouching{"start", "die", "destroy", "pause", "unpause"};

}  // namespace

// What a container was given is written by a helper that ends when it is done.
std::set<std::string> holders_touched(const std::vector<docker::Event>& events) {
  std::set<std::string> ids;
  for (const auto& event : events) {
    if (event.type != "container") {
      continue;
    }
    if (const auto holder = docker::label_of(event.attributes, device::kHolderLabel); !holder.empty()) {
      if (event.action == "die") {
        ids.insert(holder);
      }
    } else if (kTouching.contains(event.action) && attach::may_hold(event.attributes)) {
      ids.insert(event.id);
    }
  }
  return ids;
}

DeviceFeed::DeviceFeed(const docker::EngineAddress& address, Options options, live::World& world)
    : options_(std::move(options)),
      world_(world),
      engine_(address),
      host_(engine_),
      machine_(options_.roots),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      mending_(options_.patience) {}

void DeviceFeed::look_at(const std::set<std::string>& containers, live::Moment at) {
  if (containers.empty()) {
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (wanted_.containers.empty()) {
      wanted_.at = at;
    }
    wanted_.containers.insert(containers.begin(), containers.end());
  }
  wake();
}

void DeviceFeed::look_at_all() {
  {
    const std::scoped_lock lock(mutex_);
    wanted_.all = true;
  }
  wake();
}

DeviceFeed::Wanted DeviceFeed::take_wanted() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(wanted_, {.all = false, .containers = {}, .at = {}});
}

void DeviceFeed::wake() {
  const std::uint64_t one = 1;
  static_cast<void>(::write(bell_.get(), &one, sizeof(one)));
}

void DeviceFeed::await_first_look(milliseconds limit, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, limit, [this] { return has_looked_; });
  base::check_stop(stop);
}

void DeviceFeed::follow(const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] { wake(); });
  look_at_machine(stop);
  for (;;) {
    const auto wanted = take_wanted();
    const auto now = Clock::now();
    look_at_containers(wanted, now, stop);
    mend(now);
    tell(wanted.at == live::Moment() ? system_clock::now() : wanted.at);
    sleep(stop);
    if (machine_.changed()) {
      base::sleep_for(kSettled, stop);
      static_cast<void>(machine_.changed());
      look_at_machine(stop);
    }
  }
}

// Until something has happened, or somebody is to be looked at again.
void DeviceFeed::sleep(const std::stop_token& stop) {
  base::check_stop(stop);
  auto until = mending_.next();
  if (!failed_.empty()) {
    until = std::min(until.value_or(Clock::time_point::max()), Clock::now() + kRetry);
  }
  int limit = -1;
  if (until) {
    const auto left = std::chrono::ceil<milliseconds>(*until - Clock::now());
    limit = static_cast<int>(std::max(left, milliseconds(0)).count());
  }
  const auto machine = machine_.fds();
  std::array<pollfd, 3> waiting{pollfd{.fd = bell_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = machine[0], .events = POLLIN, .revents = 0},
                                pollfd{.fd = machine[1], .events = POLLIN, .revents = 0}};
  ::poll(waiting.data(), waiting.size(), limit);
  std::uint64_t ignored = 0;
  static_cast<void>(::read(bell_.get(), &ignored, sizeof(ignored)));
  base::check_stop(stop);
}

void DeviceFeed::look_at_machine(const std::stop_token& stop) {
  try {
    stock_ = to_stock(gpu::take_stock(options_.roots, stop));
  } catch (const base::Error&) {
    return;  // nothing was learnt
  }
  // What could not be given before may be given now.
  mending_.forget_all();
  for (const auto& [id, holding] : holdings_) {
    mending_.see(holding, can_be_mended(stock_, holding), Clock::now());
  }
}

void DeviceFeed::look_at_containers(const Wanted& wanted, Mending::Time now, const std::stop_token& stop) {
  auto ids = mending_.due(now);
  ids.insert(wanted.containers.begin(), wanted.containers.end());
  for (const auto& [id, tries] : failed_) {
    ids.insert(id);
  }
  if (wanted.all) {
    try {
      const auto there = attach::possible_holders(host_, stop);
      forget_all_but(there);
      ids.insert(there.begin(), there.end());
    } catch (
        const base::Error&) {  // NOLINT(bugprone-empty-catch): it is away, and is told of when it is back
    }
  }
  for (const auto& id : ids) {
    look_at_container(id, stop);
  }
}

void DeviceFeed::forget_all_but(const std::vector<std::string>& there) {
  std::erase_if(holdings_, [&](const auto& known) {
    const bool is_there = std::ranges::find(there, known.first) != there.end();
    if (!is_there) {
      mending_.forget(known.first);
    }
    return !is_there;
  });
}

void DeviceFeed::look_at_container(const std::string& id, const std::stop_token& stop) {
  try {
    if (auto holding = attach::holding_of(host_, id, stop)) {
      mending_.see(*holding, can_be_mended(stock_, *holding), Clock::now());
      holdings_[id] = std::move(*holding);
    } else {
      mending_.forget(id);
      holdings_.erase(id);
    }
    failed_.erase(id);
  } catch (const base::Error& error) {
    const bool is_away = error.code() == base::ErrorCode::engine_unreachable;
    if (is_away || ++failed_[id] > kMostRetries) {
      failed_.erase(id);
    }
  }
}

void DeviceFeed::tell(live::Moment at) {
  std::vector<attach::Holding> holdings;
  for (const auto& [id, holding] : holdings_) {
    holdings.push_back(holding);
  }
  world_.replace({.kinds = {Kind::device}, .clusters = {}, .labels = {}}, device_objects(stock_, holdings),
                 at);
  {
    const std::scoped_lock lock(mutex_);
    has_looked_ = true;
  }
  changed_.notify_all();
}

// Those that were due have been looked at just now.
void DeviceFeed::mend(Mending::Time now) {
  for (const auto& names : mending_.take_due(now)) {
    if (options_.mend) {
      options_.mend(names);
    }
  }
}

}  // namespace ingot::feed
