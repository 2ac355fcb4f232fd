// SPDX-License-Identifier: Apache-2.0
// `stop`, `start`, `restart`, `pause` and `resume` of clusters, and of single nodes: what is there is looked
// at, a plan is made, the plan is run. Every verb is content with nodes that are as it wants them, so that it
// can be repeated, and run twice at once. Clusters are known by their labels alone: kind's can be stopped and
// started, too.
#pragma once

#include "lifecycle/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <string>

namespace ingot::lifecycle {

// Error{not_found} when no container carries the name; Error{already_exists} for a pause or a resume of what
// does not run, for a stop of nodes without which the API would not answer, and for the start of a node that
// no control plane knows to be Ready. What a failed or interrupted stop or pause did is taken back; a start
// leaves running what runs. A restart is a stop and a start, with the events of both.
Result change(node::Host& host, Verb verb, const Target& target, const Options& options,
              const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that change() would run now, as text; empty: there is nothing to do. Changes nothing.
[[nodiscard]] std::string plan_text(node::Host& host, Verb verb, const Target& target, const Options& options,
                                    const std::stop_token& stop);

}  // namespace ingot::lifecycle
