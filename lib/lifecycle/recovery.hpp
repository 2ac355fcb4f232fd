// SPDX-License-Identifier: Apache-2.0
// Whether a cluster is back, from what its API says. Objects tell of the time before the stop until somebody
// looks again: a node is still "Ready" as long as nobody has noticed. So everything is compared with the
// moment at which its container was started. Pure functions on answers of an API server, which may lack any
// part. Internal to lib/lifecycle.
#pragma once

#include "lifecycle/change.hpp"

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::lifecycle {

// Whether every container of the pod runs since its node was started, and is ready. True for pods that are
// bound to no node of `members`, or on their way out: nobody waits for them.
[[nodiscard]] bool runs_again(const nlohmann::json& pod, const std::vector<Member>& members);

// Whether the ready endpoints of a service's EndpointSlices are addresses of `pods` and there is one at
// least: those of the time before the stop are gone.
[[nodiscard]] bool leads_to(const std::vector<nlohmann::json>& slices,
                            const std::vector<nlohmann::json>& pods);

}  // namespace ingot::lifecycle
