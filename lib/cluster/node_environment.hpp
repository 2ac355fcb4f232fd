// SPDX-License-Identifier: Apache-2.0
// The environment variables of node containers, as kind sets them (contract 3.4): proxies with everything
// inside the cluster excepted, DNS search domains, what the caller's environment passes on, and what the
// cluster file says of the node. Pure.
#pragma once

#include "cluster/creation.hpp"

#include <string>
#include <vector>

namespace ingot::cluster {

// "NAME=value"; a name stands once.
[[nodiscard]] std::vector<std::string> node_environment(const Creation& creation, const PlannedNode& node);
// Of the container that is no node: only what all of them get. The same as a node's environment has it.
[[nodiscard]] std::vector<std::string> balancer_environment(const Creation& creation);
[[nodiscard]] std::vector<std::string> shared_environment(const std::vector<std::string>& of_node);

}  // namespace ingot::cluster
