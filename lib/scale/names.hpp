// SPDX-License-Identifier: Apache-2.0
// Names of workers, as kind numbers them: "demo-worker", "demo-worker2", "demo-worker3". Pure. Internal to
// lib/scale.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace ingot::scale {

// 1 for "demo-worker", 2 for "demo-worker2"; 0 for what is no worker's name in this cluster.
[[nodiscard]] int worker_number(const std::string& cluster, const std::string& name);

// The `count` names with the lowest numbers that are not taken.
[[nodiscard]] std::vector<std::string> free_names(const std::string& cluster,
                                                  const std::set<std::string>& taken, int count);

// Of `workers` the `count` that a smaller cluster does without: those with the highest numbers, the highest
// first.
[[nodiscard]] std::vector<std::string> last_names(const std::string& cluster,
                                                  std::vector<std::string> workers, int count);

}  // namespace ingot::scale
