// SPDX-License-Identifier: Apache-2.0
// What `cluster logs --component` and `--node` ask for: which part of a cluster, and in which of its nodes.
// Internal to lib/logs.
#pragma once

#include "logs/component.hpp"
#include "logs/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::logs {

// The journal where none is named. Error{invalid_input} for a name that no component can have, and for lines
// that the component cannot choose.
[[nodiscard]] Component select_component(const ReadOptions& options);

// Error{not_found} when there is no such cluster or node, Error{command_failed} when none of them runs.
[[nodiscard]] std::vector<node::Node> select_nodes(node::Host& host, const std::string& cluster,
                                                   const ReadOptions& options, const Component& component,
                                                   const std::stop_token& stop);

}  // namespace ingot::logs
