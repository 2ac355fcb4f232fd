// SPDX-License-Identifier: Apache-2.0
// The type of a scalar as Kubernetes' YAML readers see it (go-yaml v2 inside sigs.k8s.io/yaml): YAML 1.1, so
// that yes/no/on/off/y/n are booleans, 010 is eight, and 1_000 a number. Quoted scalars are strings.
#pragma once

#include "yaml/document.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace ingot::yaml {

// std::monostate is null.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

// `node` must be a scalar or null. Never throws: what fits no other type is a string.
[[nodiscard]] Scalar resolve(const Node& node);

}  // namespace ingot::yaml
