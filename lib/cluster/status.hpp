// SPDX-License-Identifier: Apache-2.0
// `cluster status`: the containers as the engine sees them, the nodes and components as the API server does.
// What cannot be asked is reported as not healthy with the reason, never left out.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::cluster {

// Error{not_found} when no container carries the name. Takes about a quarter of a second: processor use is
// what was used between two looks.
[[nodiscard]] ClusterStatus status(node::Host& host, const std::string& name, const std::stop_token& stop);

// The administrator's kubeconfig of a cluster as text. `internal`: with the server's name on the cluster's
// network instead of the published endpoint.
[[nodiscard]] std::string export_kubeconfig(node::Host& host, const std::string& name, bool internal,
                                            const std::stop_token& stop);

}  // namespace ingot::cluster
