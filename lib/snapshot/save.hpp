// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot save`: what every node of a cluster changed, copied by the engine itself. Once while the
// nodes run; then all are paused at once, what has changed meanwhile is copied, and they go on. So it is what
// a power failure would have left at that moment, on all nodes, and the pause does not grow with the cluster.
#pragma once

#include "node/host.hpp"
#include "plan/executor.hpp"
#include "snapshot/results.hpp"

#include <stop_token>
#include <string>

namespace ingot::snapshot {

// Error{not_found} when no container carries the name; Error{already_exists} for the snapshot's name;
// Error{invalid_input} for a name that is none; Error{unsupported} for an engine that does not keep changes
// in folders. Nodes go on, and nothing is left, however it ends.
SaveResult save(node::Host& host, const SaveRequest& request, const plan::Interrupts& interrupts,
                plan::EventSink& sink);

// The plan that save() would run now, as text.
[[nodiscard]] std::string plan_save(node::Host& host, const SaveRequest& request,
                                    const std::stop_token& stop);

}  // namespace ingot::snapshot
