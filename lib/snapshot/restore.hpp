// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot restore`: a cluster made of a snapshot, with the names it had.
#pragma once

#include "node/host.hpp"
#include "plan/executor.hpp"
#include "snapshot/results.hpp"

#include <stop_token>
#include <string>

namespace ingot::snapshot {

// Errors as find_summary(); Error{already_exists} when there is such a cluster and `replace` does not say
// otherwise, or when an address is taken; Error{image_missing}; Error{untrusted} for a damaged snapshot, in
// which case a cluster that would have been replaced is as it was. When it fails later, or is interrupted,
// what was made is removed again; a replaced cluster does not come back, the snapshot stays.
RestoreResult restore(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                      const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that restore() would run now, as text.
[[nodiscard]] std::string plan_restore(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                                       const std::stop_token& stop);

}  // namespace ingot::snapshot
