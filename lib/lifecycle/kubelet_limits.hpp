// SPDX-License-Identifier: Apache-2.0
// Kubelet and a node's limits: it looks at its machine once, when it starts, and tells the cluster what it
// saw. Internal to lib/lifecycle.
#pragma once

#include "config/limits.hpp"
#include "lifecycle/change.hpp"

#include <nlohmann/json_fwd.hpp>

#include <stop_token>
#include <string>

namespace ingot::lifecycle {

// Starts the kubelet of a running node anew; returns a moment between its end and its start, in whole
// seconds, by the node's clock. Error{command_failed}.
[[nodiscard]] Time restart_kubelet(node::Host& host, const node::Node& node, const std::stop_token& stop);

struct Expected {
  std::string node;
  Time restarted;  // as restart_kubelet() told
  config::Limits limits;
  config::Machine machine;
};

// Whether the Node object is what its new kubelet tells, and tells the limits; `seen`: why not.
// Error{command_failed} where it tells something else: it will not look again.
[[nodiscard]] bool tells_limits(const nlohmann::json& object, const Expected& expected, std::string& seen);

}  // namespace ingot::lifecycle
