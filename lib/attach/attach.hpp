// SPDX-License-Identifier: Apache-2.0
// `gpu attach`, `detach`, `list`, `status` and `reconcile`: devices to and from nodes that run, without a
// restart of anything, and the cluster knows at once. Nodes of kind's can have devices, too. What a node has
// is told by a file in it, so nothing is remembered on this machine.
#pragma once

#include "attach/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <string>
#include <vector>

namespace ingot::attach {

// Error{not_found} for the node, Error{invalid_input} with every device that cannot be meant, is another
// node's, or is not this one's; Error{already_exists} when a node does not run, or, naming pods and
// processes, when a device is in use. What a failed or interrupted change did is taken back.
Result change(node::Host& host, const gpu::Roots& roots, const Request& request, const Options& options,
              const plan::Interrupts& interrupts, plan::EventSink& sink);
// The plan that change() would run now, as text; empty: there is nothing to do.
[[nodiscard]] std::string plan_text(node::Host& host, const gpu::Roots& roots, const Request& request,
                                    const Options& options, const std::stop_token& stop);

// This machine's devices, and who has them. An engine that does not answer is no failure.
[[nodiscard]] Listing list(node::Host& host, const gpu::Roots& roots, const std::stop_token& stop);

// Of these nodes, or of all: by node, then by device. Error{not_found}.
[[nodiscard]] std::vector<DeviceStatus> status(node::Host& host, const std::vector<std::string>& nodes,
                                               const std::stop_token& stop);

// Gives nodes again what they shall have, as the machine has it now: after a restart that was none of
// ingot's, a new driver, another division of a GPU. Of these nodes, or of all that have devices.
// Error{not_found}.
std::vector<Reconciled> reconcile(node::Host& host, const gpu::Roots& roots,
                                  const std::vector<std::string>& nodes, const Options& options,
                                  const plan::Interrupts& interrupts, plan::EventSink& sink);
// The plan that reconcile() would run now, as text; empty: no node has devices.
[[nodiscard]] std::string reconcile_plan_text(node::Host& host, const gpu::Roots& roots,
                                              const std::vector<std::string>& nodes,
                                              const std::stop_token& stop);

// Which devices nodes in the making get; a number is taken from those that no node has. Error{invalid_input}
// with all that cannot be.
[[nodiscard]] std::vector<Request> distribute(node::Host& host, const gpu::Roots& roots,
                                              const std::vector<Wish>& wishes, const std::stop_token& stop);

}  // namespace ingot::attach
