// SPDX-License-Identifier: Apache-2.0
// `cluster scale`, `node add` and `node remove`: workers come and go in a cluster that runs. What is there is
// looked at, a plan is made, the plan is run; one at a time in each cluster, whoever asks from wherever. What
// an interrupted change left is finished or removed by the next one. Clusters are known by their labels
// alone: kind's can be scaled, too.
#pragma once

#include "node/host.hpp"
#include "plan/executor.hpp"
#include "scale/results.hpp"

#include <stop_token>
#include <string>

namespace ingot::scale {

// Error{not_found} when no container carries the name of the cluster or of a node, Error{already_exists} when
// the cluster does not run, is not finished, or pods would be lost; Error{timed_out} with what held it up.
// What a failed or interrupted change did is taken back, as long as no container is gone.
Result change(node::Host& host, const Request& request, const Options& options, bool engine_is_local,
              const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that change() would run now, as text; empty when there is nothing to do. Changes nothing.
[[nodiscard]] std::string plan_text(node::Host& host, const Request& request, const Options& options,
                                    bool engine_is_local, const std::stop_token& stop);

}  // namespace ingot::scale
