// SPDX-License-Identifier: Apache-2.0
// What the API server says about itself and what runs in the cluster, one ComponentStatus each.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <vector>

namespace ingot::cluster {

// Fills endpoint, version and the Kubernetes side of the nodes (state, version) of `status`, and returns the
// components. An API server that does not answer is a component that is not healthy, not an error.
[[nodiscard]] std::vector<ComponentStatus> look_at_components(node::Host& host,
                                                              const std::vector<node::Node>& nodes,
                                                              ClusterStatus& status,
                                                              const std::stop_token& stop);

}  // namespace ingot::cluster
