// SPDX-License-Identifier: Apache-2.0
// A cluster description as a flat list of values, for showing it.
#pragma once

#include "config/cluster_spec.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ingot::config {

struct Value {
  std::string path;   // "nodes[1].role", as in spec.lines and in problems
  std::string exact;  // the same, but with the user's own keys always quoted and never shortened
  std::variant<bool, std::int64_t, std::string> value;
};

// Everything that `spec` says, in a fixed order; lists that are empty and the fields of ingot's dialect that
// are not given are left out.
[[nodiscard]] std::vector<Value> values_of(const ClusterSpec& spec);

}  // namespace ingot::config
