// SPDX-License-Identifier: Apache-2.0
#include "feed/usage_feed.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "feed/make_object.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace ingot::feed {

namespace {

using live::Kind;
using nlohmann::json;
using std::chrono::system_clock;

// A stream that ends although its container runs: the engine is about to start anew.
constexpr std::chrono::milliseconds kRetry{1000};

std::vector<Measured> running_containers(const live::World& world) {
  std::vector<Measured> running;
  for (const auto& change :
       world.snapshot({.kinds = {Kind::node, Kind::instance}, .clusters = {}, .labels = {}}).objects) {
    const json object = json::parse(change->object());
    const auto& data = object.at("data");
    const auto& state = data.at("state").get_ref<const std::string&>();
    if (state == "running" || state == "Running") {
      running.push_back({.subject = change->subject, .container = data.at("containerId")});
    }
  }
  return running;
}

live::Subject usage_of(const live::Subject& subject) {
  return {.kind = Kind::usage, .id = subject.id, .cluster = subject.cluster, .labels = {}};
}

}  // namespace

live::Object to_usage(const live::Subject& subject, const docker::UsageReading& before,
                      const docker::UsageReading& now) {
  const auto passed =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.usage.at - before.usage.at).count();
  const auto used = now.usage.cpu_ns >= before.usage.cpu_ns ? now.usage.cpu_ns - before.usage.cpu_ns : 0;
  json data = {{"of", live::to_text(subject.kind)},
               {"cpuMillicores", passed > 0 ? used * 1000 / static_cast<std::uint64_t>(passed) : 0},
               {"memoryBytes", now.usage.memory_bytes},
               {"pids", now.pids}};
  if (now.usage.memory_limit != 0) {
    data["memoryLimitBytes"] = now.usage.memory_limit;
  }
  return make_object(usage_of(subject), data);
}

// One container, on a thread of its own.
class UsageFeed::Meter {
 public:
  Meter(docker::UsageStream& stream, Measured measured, live::World& world)
      : stream_(stream),
        measured_(std::move(measured)),
        world_(world),
        thread_([this](const std::stop_token& stop) {
          try {
            run(stop);
          } catch (const base::Cancelled&) {
          }
        }) {}

  ~Meter() {
    thread_ = {};
    const auto subject = usage_of(measured_.subject);
    world_.remove(subject.kind, subject.id, system_clock::now());
  }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

 private:
  void run(const std::stop_token& stop) {
    for (;;) {
      try {
        follow(stop);
      } catch (const base::Error&) {  // the container may just have gone
      }
      base::sleep_for(kRetry, stop);
    }
  }

  void follow(const std::stop_token& stop) {
    std::optional<docker::UsageReading> before;
    stream_.follow(
        measured_.container,
        [&](const docker::UsageReading& now) {
          if (before) {
            world_.set(to_usage(measured_.subject, *before, now), system_clock::now());
          }
          before = now;
        },
        stop);
  }

  docker::UsageStream& stream_;
  const Measured measured_;
  live::World& world_;
  std::jthread thread_;
};

UsageFeed::UsageFeed(const docker::EngineAddress& address, live::World& world)
    : stream_(address), world_(world) {}

UsageFeed::~UsageFeed() = default;

void UsageFeed::follow(const std::stop_token& stop) {
  for (;;) {
    world_.wait_until_wished(Kind::usage, stop);
    measure_while_wished(stop);
    meters_.clear();
  }
}

void UsageFeed::measure_while_wished(const std::stop_token& stop) {
  std::optional<live::Version> seen = 0;
  while (seen) {
    measure(running_containers(world_));
    seen = world_.wait_while_wished(Kind::usage, *seen, stop);
  }
}

// Those that run from now on, and no others.
void UsageFeed::measure(const std::vector<Measured>& containers) {
  std::set<std::string> running;
  for (const auto& measured : containers) {
    running.insert(measured.container);
    auto& meter = meters_[measured.container];
    if (meter == nullptr) {
      meter = std::make_unique<Meter>(stream_, measured, world_);
    }
  }
  std::erase_if(meters_, [&](const auto& meter) { return !running.contains(meter.first); });
}

}  // namespace ingot::feed
