// SPDX-License-Identifier: Apache-2.0
// `cluster list`: every cluster whose nodes carry kind's label, ours and kind's alike.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <vector>

namespace ingot::cluster {

// Nodes of `cluster`, or of all clusters when empty; stopped ones too; by cluster and name.
[[nodiscard]] std::vector<NodeSummary> list_nodes(node::Host& host, const std::string& cluster,
                                                  const std::stop_token& stop);

[[nodiscard]] std::vector<ClusterSummary> list(node::Host& host, const std::stop_token& stop);

// From nodes alone, without when they expire; pure.
[[nodiscard]] std::vector<ClusterSummary> summarize(const std::vector<node::Node>& nodes);

}  // namespace ingot::cluster
