// SPDX-License-Identifier: Apache-2.0
// Host ports of a node. A port that nobody chose is chosen here and pinned, because one that the engine
// chooses changes whenever the node restarts; it is kept taken until the container starts, so that two
// creates at once do not choose the same.
#pragma once

#include "base/fd.hpp"
#include "cluster/creation.hpp"

#include <optional>
#include <string>

namespace ingot::cluster {

// Fills node.ports from the spec (and, on a control plane, the API server's) and node.held_ports. Beside a
// load balancer an API server's port is for ingot and for people who look for the one that is broken.
// Error{already_exists} when a port that was asked for is taken.
void hold_ports(const Creation& creation, PlannedNode& node);
void hold_ports(const Creation& creation, PlannedBalancer& balancer);

// One port of this machine, taken until the descriptor goes; 0: any free one, which `port` then is. Nothing
// when it is taken. Error{environment} when none is free.
[[nodiscard]] std::optional<base::Fd> hold_port(const std::string& address, int& port);

}  // namespace ingot::cluster
