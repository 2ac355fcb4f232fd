// SPDX-License-Identifier: Apache-2.0
// `node set`: what nodes may use of their machine, changed while they are there. The engine enforces it at
// once; kubelet is started anew, so that the cluster plans with what there is.
#pragma once

#include "config/limits.hpp"
#include "lifecycle/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::lifecycle {

// Nodes by name, of one cluster or several, running or not. Error{not_found} for a node that is not there,
// Error{invalid_input} with every limit that a node cannot live with, that the machine cannot give, or that
// is less memory than a node uses; Error{already_exists} for a paused one. What a failed or interrupted
// change did is taken back; of one that was killed, or that could not be told for want of an API that
// answers, the node keeps a mark, and the next change of it starts its kubelet anew whatever its limits are
// by then. Waits for other changes of the clusters' nodes (cluster/lock.hpp).
LimitResult set_limits(node::Host& host, const std::vector<std::string>& nodes, const config::Limits& limits,
                       const Options& options, const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that set_limits() would run now, as text; empty: there is nothing to do. Changes nothing.
[[nodiscard]] std::string limits_plan_text(node::Host& host, const std::vector<std::string>& nodes,
                                           const config::Limits& limits, const std::stop_token& stop);

}  // namespace ingot::lifecycle
