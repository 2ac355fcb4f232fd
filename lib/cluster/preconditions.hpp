// SPDX-License-Identifier: Apache-2.0
// What can be known of a cluster's chances before anything is made. Internal to lib/cluster.
#pragma once

#include "cluster/creation.hpp"

namespace ingot::cluster {

// Error{environment} where the kernel cannot do what the cluster file asks of kube-proxy. An engine on
// another machine is given the benefit of the doubt.
void check_kernel(const Creation& creation);

// Error{invalid_input} with every limit of a node that the engine's machine cannot give.
void check_limits(const Creation& creation, const docker::EngineInfo& engine);

// Fills network_exists and addresses_pinned. Errors as node::check_wish() and node::check_network().
void observe_network(Creation& creation, const std::stop_token& stop);

// Whether every address that a node of the cluster needs can be chosen.
[[nodiscard]] bool can_pin(const Creation& creation, const node::AddressPlan& addresses);

}  // namespace ingot::cluster
