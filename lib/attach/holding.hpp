// SPDX-License-Identifier: Apache-2.0
// What containers have of the machine's devices, one by one: for who follows them.
#pragma once

#include "node/host.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::attach {

// A node or instance that was given devices.
struct Holding {
  std::string id;   // of its container
  std::string run;  // when that has started: another one after each start
  std::string name;
  std::string cluster;  // empty: it is an instance
  struct Device {
    std::string name;  // "vendor.com/gpu=0"
    // "ready": it has it; "given": it has it, and another plugin than ingot's offers it to pods, or does not;
    // "absent": it has restarted and was not given it again; "unknown": it does not run.
    std::string state;
    std::int64_t replicas = 1;
  };
  std::vector<Device> devices;  // by name

  [[nodiscard]] bool lacks_some() const;
};

// By the labels of its container: it may have devices, whether it does or not.
[[nodiscard]] bool may_hold(const docker::Labels& labels);

// Ids of all containers that may have devices, whether they do or not.
[[nodiscard]] std::vector<std::string> possible_holders(node::Host& host, const std::stop_token& stop);

// Of one container, by id. Nothing where it is gone, is none of ours or was given none. Errors as
// docker::Engine.
[[nodiscard]] std::optional<Holding> holding_of(node::Host& host, const std::string& id,
                                                const std::stop_token& stop);

}  // namespace ingot::attach
