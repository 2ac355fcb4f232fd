// SPDX-License-Identifier: Apache-2.0
// `cluster clone`: a snapshot that is there only for as long as another cluster is made of it.
#pragma once

#include "node/host.hpp"
#include "plan/executor.hpp"
#include "snapshot/results.hpp"

#include <stop_token>
#include <string>

namespace ingot::snapshot {

// Errors as save() and restore(). However it ends, the snapshot is gone, and so is a copy that is not whole.
CloneResult clone(node::Host& host, const CloneRequest& request, bool engine_is_local,
                  const plan::Interrupts& interrupts, plan::EventSink& sink);

// What clone() would do now, as text.
[[nodiscard]] std::string plan_clone(node::Host& host, const CloneRequest& request,
                                     const std::stop_token& stop);

}  // namespace ingot::snapshot
