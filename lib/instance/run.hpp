// SPDX-License-Identifier: Apache-2.0
// `instance run`: from a description to a machine that has booted, which ssh and exec reach. Looked at,
// planned, done.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

// Error{invalid_input} with every problem of the description, or of the devices that it asks for;
// Error{already_exists} where a container, or a port on this machine, is taken; Error{image_missing};
// Error{not_found} for the cluster; Error{command_failed} where its user data failed. What a failed or
// interrupted run made is taken back. `engine_is_local`: its ports are this machine's.
RunResult run(node::Host& host, const Spec& spec, const RunOptions& options, bool engine_is_local,
              const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that run() would carry out now, as text. Changes nothing.
[[nodiscard]] std::string plan_run(node::Host& host, const Spec& spec, const RunOptions& options,
                                   bool engine_is_local, const std::stop_token& stop);

}  // namespace ingot::instance
