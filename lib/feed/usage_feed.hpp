// SPDX-License-Identifier: Apache-2.0
// What nodes and instances use of the machine, in a world, second by second, and only while somebody wishes
// to hear of it: one stream of the engine's for each container that runs, however many listen. Used by one
// thread at a time; the world may be used by others meanwhile.
#pragma once

#include "docker/usage_stream.hpp"
#include "live/world.hpp"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::feed {

// What is measured: a node's or instance's container.
struct Measured {
  live::Subject subject;  // of the node or instance
  std::string container;  // id
};

// From two samples of one container; `before` is the older.
[[nodiscard]] live::Object to_usage(const live::Subject& subject, const docker::UsageReading& before,
                                    const docker::UsageReading& now);

class UsageFeed {
 public:
  UsageFeed(const docker::EngineAddress& address, live::World& world);
  ~UsageFeed();
  UsageFeed(const UsageFeed&) = delete;
  UsageFeed& operator=(const UsageFeed&) = delete;

  // Until a stop; throws base::Cancelled then.
  [[noreturn]] void follow(const std::stop_token& stop);

 private:
  class Meter;
  void measure_while_wished(const std::stop_token& stop);
  void measure(const std::vector<Measured>& containers);

  docker::UsageStream stream_;
  live::World& world_;
  std::map<std::string, std::unique_ptr<Meter>> meters_;  // by container
};

}  // namespace ingot::feed
