// SPDX-License-Identifier: Apache-2.0
// Names of nodes, as kind numbers them: "demo-worker", "demo-worker2", "demo-worker3", "demo-control-plane".
// Pure. Internal to lib/scale.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::scale {

// 1 for "demo-worker", 2 for "demo-worker2"; 0 for what is no such node's name in this cluster. `role`:
// "worker" or "control-plane".
[[nodiscard]] int node_number(const std::string& cluster, std::string_view role, const std::string& name);

// The `count` names with the lowest numbers that are not taken.
[[nodiscard]] std::vector<std::string> free_names(const std::string& cluster, std::string_view role,
                                                  const std::set<std::string>& taken, int count);

// Of `nodes` the `count` that a smaller cluster does without: those with the highest numbers, the highest
// first.
[[nodiscard]] std::vector<std::string> last_names(const std::string& cluster, std::string_view role,
                                                  std::vector<std::string> nodes, int count);

}  // namespace ingot::scale
