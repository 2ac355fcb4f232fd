// SPDX-License-Identifier: Apache-2.0
// `instance stop`, `start` and `restart`. Disk, address, ports, and the containers inside stay. Content with
// an instance that is as it shall be.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

// Error{not_found}; Error{timed_out}; Error{command_failed} when it ends while it starts. An interrupted stop
// is taken back; a start leaves running what runs.
ChangeResult change(node::Host& host, Verb verb, const std::string& name, const ChangeOptions& options,
                    const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan, as text; empty: there is nothing to do.
[[nodiscard]] std::string plan_change(node::Host& host, Verb verb, const std::string& name,
                                      const ChangeOptions& options, const std::stop_token& stop);

}  // namespace ingot::instance
