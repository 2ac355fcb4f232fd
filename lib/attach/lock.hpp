// SPDX-License-Identifier: Apache-2.0
// One change of a container's devices at a time.
#pragma once

#include "attach/target.hpp"
#include "cluster/lock.hpp"
#include "node/host.hpp"
#include "plan/event.hpp"

#include <memory>
#include <stop_token>

namespace ingot::attach {

// That of its cluster, or its own where it is none's: or the last change would take back what others gave.
// Null, and errors, as cluster::lock_nodes(). Look again at what it has after waiting.
[[nodiscard]] std::unique_ptr<cluster::Lock> lock_changes(node::Host& host, const Target& target,
                                                          plan::EventSink& sink, const std::stop_token& stop);

}  // namespace ingot::attach
