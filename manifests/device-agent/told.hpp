// SPDX-License-Identifier: Apache-2.0
// What the plugin has told the kubelet, left in a file for whoever waits for it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ingot::agent {

// In order, by kind.
using IdsByKind = std::map<std::string, std::vector<std::string>>;

void write_told(const IdsByKind& ids);
// False when `wanted` had not been told within `limit_ms`.
[[nodiscard]] bool wait_until_told(const IdsByKind& wanted, int limit_ms);

}  // namespace ingot::agent
