// SPDX-License-Identifier: Apache-2.0
// When a cluster's time is over. A label of its containers says so (`create --ttl`); labels cannot be
// changed, so `extend` leaves a file on its control planes, one more each time, and the newest wins. What
// cannot be understood never expires: nothing is to be deleted by mistake.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

using Expiry = std::optional<std::chrono::system_clock::time_point>;  // unset: never

// Of the cluster `name`, whose containers are among `nodes`, running or not. Asks the engine only about
// clusters that have the label.
[[nodiscard]] Expiry expiry_of(node::Host& host, const std::vector<node::Node>& nodes,
                               const std::string& name, const std::stop_token& stop);

[[nodiscard]] bool is_over(const Expiry& expiry);

// From now on; unset: never. Shorter than before is fine. Error{not_found} when no container carries the
// name, Error{already_exists} when the cluster was made without a time to live, or has no control plane.
ExtendResult extend(node::Host& host, const std::string& name,
                    const std::optional<std::chrono::milliseconds>& ttl, const std::stop_token& stop);

}  // namespace ingot::cluster
