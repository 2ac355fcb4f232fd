// SPDX-License-Identifier: Apache-2.0
#include "cluster/results.hpp"

#include <algorithm>

namespace ingot::cluster {

bool ClusterStatus::healthy() const {
  const auto is_ready = [](const NodeStatus& node) { return node.state == "Ready"; };
  return !nodes.empty() && std::ranges::all_of(nodes, is_ready) &&
         std::ranges::all_of(components, &ComponentStatus::healthy);
}

}  // namespace ingot::cluster
