// SPDX-License-Identifier: Apache-2.0
// Which containers are a cluster's, and which cluster a node belongs to: both are told by labels alone.
#pragma once

#include "base/error.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

// The containers of a cluster, by name. Error{not_found} when there is none.
[[nodiscard]] std::vector<node::Node> require_nodes(node::Host& host, const std::string& name,
                                                    const std::stop_token& stop);

// Error{not_found}, to be thrown.
[[nodiscard]] base::Error no_such_node(const std::string& name);

// Error{not_found} when no cluster has such a node, Error{already_exists} when it does not run.
[[nodiscard]] node::Node require_running_node(node::Host& host, const std::string& name,
                                              const std::stop_token& stop);

// The one cluster of these nodes. A node that is gone belongs to the cluster that its name tells, where
// that is there. Error{not_found} for a name that belongs nowhere, Error{invalid_input} for several clusters.
[[nodiscard]] std::string cluster_of(node::Host& host, const std::vector<std::string>& nodes,
                                     const std::stop_token& stop);

}  // namespace ingot::cluster
