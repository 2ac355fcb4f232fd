// SPDX-License-Identifier: Apache-2.0
// The leases by which controller managers and schedulers agree who leads. Whoever is killed leaves its lease
// behind, and its successor waits 15 s for the end of it, unless it is given up in its name, as client-go
// does when it ends well. Internal to lib/lifecycle.
#pragma once

#include "kube/client.hpp"
#include "lifecycle/change.hpp"

#include <nlohmann/json_fwd.hpp>

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::lifecycle {

// Pure: whether the node of the lease's holder was started after the holder renewed it the last time.
[[nodiscard]] bool is_stale(const nlohmann::json& lease, const std::vector<Member>& members);

// Pure: whether it has run out. Who was frozen for longer than ten seconds gives up, starts anew, and then
// waits for itself.
[[nodiscard]] bool has_expired(const nlohmann::json& lease, Time now);

// Gives up the leases of controller managers and schedulers that have run out, or ran before the nodes were
// started. A lease that somebody takes or renews meanwhile stays theirs. Errors as kube::Client.
void release_stale_leases(kube::Client& api, const std::vector<Member>& members, const std::stop_token& stop);

// The same with those that are held by one of `members`: for when these have been killed.
void release_leases(kube::Client& api, const std::vector<Member>& members, const std::stop_token& stop);

}  // namespace ingot::lifecycle
