// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot list` and `delete`.
#pragma once

#include "node/host.hpp"
#include "snapshot/results.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::snapshot {

// From labels alone; by cluster and time. Of one cluster unless it is empty; that need not be there any more.
[[nodiscard]] std::vector<Summary> list(node::Host& host, const std::string& cluster,
                                        const std::stop_token& stop);

// What a reference means: "demo/before-upgrade", or "before-upgrade". Error{not_found}; Error{invalid_input}
// where several clusters have one of the name; Error{untrusted} for one that cannot be understood.
[[nodiscard]] Summary find_summary(node::Host& host, const std::string& reference,
                                   const std::stop_token& stop);

// Errors as find_summary(). Clusters that were made from it do not need it.
Summary remove(node::Host& host, const std::string& reference, const std::stop_token& stop);

}  // namespace ingot::snapshot
