// SPDX-License-Identifier: Apache-2.0
// Internal to lib/config: where a key belongs that somebody wrote elsewhere.
#pragma once

#include "config/cluster_spec.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ingot::config {

struct Home {
  std::string place;  // "under 'networking'"
  Dialect dialect = Dialect::kind;
};

// Nothing for keys that have a place at more than one level.
[[nodiscard]] std::optional<Home> home_of(std::string_view key);

}  // namespace ingot::config
