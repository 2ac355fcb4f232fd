// SPDX-License-Identifier: Apache-2.0
#include "cluster/results.hpp"

#include <algorithm>

namespace ingot::cluster {

bool ClusterStatus::healthy() const {
  const auto is_well = [](const NodeStatus& node) {
    return node.state == "Ready" || node.state == "Running";
  };
  return !nodes.empty() && std::ranges::all_of(nodes, is_well) &&
         std::ranges::all_of(components, &ComponentStatus::healthy);
}

}  // namespace ingot::cluster
