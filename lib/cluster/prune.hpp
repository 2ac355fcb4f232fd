// SPDX-License-Identifier: Apache-2.0
// `prune`: what killed runs and deleted clusters left. Only what carries a label of ingot's or kind's, and
// entries "kind-..." of kubeconfig files; and only what is old enough for nobody to be at work on it.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <vector>

namespace ingot::cluster {

// What there is now. Changes nothing. Nodes: of clusters without a control plane, or that an interrupted
// create left unfinished. Containers: of errands whose ingot was killed. Networks: made by ingot, and no
// container is on them, running or not. Volumes: files of snapshots that were never finished. Contexts: of
// clusters that this machine's engine does not have, at an address of this machine where nobody listens.
[[nodiscard]] std::vector<Remnant> find_remnants(node::Host& host, const PruneOptions& options,
                                                 bool engine_is_local, const std::stop_token& stop);

// Removes those of `chosen` that are remnants still; the ones removed.
std::vector<Remnant> prune(node::Host& host, const std::vector<Remnant>& chosen, const PruneOptions& options,
                           bool engine_is_local, const plan::Interrupts& interrupts, plan::EventSink& sink);

}  // namespace ingot::cluster
