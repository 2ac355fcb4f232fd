// SPDX-License-Identifier: Apache-2.0
// YAML to JSON values and back, as Kubernetes does it (sigs.k8s.io/yaml): the one place where the two meet.
// Reading: the last of duplicate keys wins, number and boolean keys become strings. Writing: keys sorted,
// every string double-quoted, so that YAML 1.1 and 1.2 readers see the same types.
#pragma once

#include "yaml/document.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::yaml {

// Throws Error{invalid_input} for what JSON cannot hold: infinities, null keys, collections as keys, bytes
// that are not text.
[[nodiscard]] nlohmann::json to_json(const Node& node);

// One JSON value for each document, null for an empty one.
[[nodiscard]] std::vector<nlohmann::json> read_json(std::string_view yaml, const Limits& limits = {});

// Block style, ends with a newline.
[[nodiscard]] std::string to_yaml(const nlohmann::json& value);

// A YAML double-quoted scalar that every YAML version reads back as `text` (which is UTF-8).
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace ingot::yaml
