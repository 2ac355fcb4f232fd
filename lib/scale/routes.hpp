// SPDX-License-Identifier: Apache-2.0
// How nodes that stay learn where the pods of new ones are, and forget those of nodes that go: at once, and
// not when their network's daemon looks again. Internal to lib/scale.
#pragma once

#include "plan/plan.hpp"
#include "scale/scaling.hpp"

#include <string>
#include <vector>

namespace ingot::scale {

struct PodRoute {
  std::string pod_cidr;
  std::string via;
};

// Pure: commands for a node's shell.
[[nodiscard]] std::string commands_to_add(const std::vector<PodRoute>& routes);
// Also from what the node makes when it starts.
[[nodiscard]] std::string commands_to_drop(const std::vector<std::string>& pod_cidrs);

// Steps of every node that stays and runs, where ingot knows the network's way: `needs` are over before.
// Nothing fails for them: the daemon makes the same routes.
void add_route_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);
void add_forgetting_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);

}  // namespace ingot::scale
