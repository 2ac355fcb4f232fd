// SPDX-License-Identifier: Apache-2.0
// `cluster logs --component` and `--node`, `node logs`: lines of one part of a cluster, read inside the nodes
// by exec.
#pragma once

#include "logs/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::logs {

// Without `follow`: what there is, source after source. With it: until `stop` (throws Cancelled), until the
// sink wants no more, or until the nodes have ended; containers that are started meanwhile are followed, too.
// Nothing of ours goes on in a node afterwards, however this process ends. Error{not_found} when there is no
// such cluster, node or log; Error{invalid_input} for a name that no component can have.
// `cluster`: empty: that of the node.
[[nodiscard]] ReadResult read_logs(node::Host& host, const std::string& cluster, const ReadOptions& options,
                                   const LineSink& sink, const std::stop_token& stop);

}  // namespace ingot::logs
