// SPDX-License-Identifier: Apache-2.0
#include "attach/reserve.hpp"

#include "attach/distribution.hpp"
#include "attach/target.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"
#include "device/holding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ingot::attach {

namespace {

constexpr int kMostRounds = 10;

// Twice as long in each round, and by chance: who was too near to another is not so again and again.
std::chrono::milliseconds time_apart(int round) {
  constexpr int kFirst = 20;
  constexpr int kMostDoublings = 5;
  std::random_device random;
  const auto longest = static_cast<unsigned>(kFirst << std::min(round, kMostDoublings));
  return std::chrono::milliseconds(random() % longest);
}

std::map<std::string, std::vector<std::string>> others(node::Host& host, const std::string& name,
                                                       const std::vector<std::string>& sharers,
                                                       const std::stop_token& stop) {
  auto targets = all_targets(host, stop);
  std::erase_if(targets, [&](const Target& target) {
    return target.container.name == name || std::ranges::count(sharers, target.container.name) > 0;
  });
  return holders(targets);
}

// Whoever looks next shall not see it as taken, also when this one is interrupted.
void give_up(node::Host& host, const Taking& taking) {
  device::record(host, taking.id, taking.before, {});
}

bool is_mine_alone(node::Host& host, const Taking& taking, const std::stop_token& stop) {
  try {
    device::record(host, taking.id, taking.after, stop);
    const auto taken = others(host, taking.name, taking.sharers, stop);
    if (std::ranges::none_of(taking.coming, [&](const std::string& one) { return taken.contains(one); })) {
      return true;
    }
  } catch (...) {
    give_up(host, taking);
    throw;
  }
  give_up(host, taking);
  return false;
}

}  // namespace

std::vector<std::string> choose(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                const std::stop_token& stop) {
  return distribute(catalogue, others(host, wish.node, {}, stop), {wish}).front().devices;
}

// An engine has no lock for this. Everybody first writes what he takes, and then looks: of two at once one
// sees the other, at least, and whoever sees another one gives it up and tries again. What was had before is
// refused.
void take(node::Host& host, const std::function<Taking()>& choose, const std::stop_token& stop) {
  std::string name;
  for (int round = 0; round < kMostRounds; ++round) {
    const auto taking = choose();
    if (taking.coming.empty() || is_mine_alone(host, taking, stop)) {
      return;
    }
    name = taking.name;
    base::sleep_for(time_apart(round), stop);
  }
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("no devices could be had for '{}'", name),
                     .cause = "others took them at the same time, again and again",
                     .remedy = "the same command again"});
}

std::vector<std::string> reserve(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                 const std::string& id, const std::stop_token& stop) {
  std::vector<std::string> devices;
  const auto choose_now = [&] {
    devices = choose(host, catalogue, wish, stop);
    return Taking{.name = wish.node,
                  .id = id,
                  .before = {},
                  .after = to_hold(catalogue, devices),
                  .coming = devices,
                  .sharers = {}};
  };
  take(host, choose_now, stop);
  return devices;
}

}  // namespace ingot::attach
