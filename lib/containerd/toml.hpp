// SPDX-License-Identifier: Apache-2.0
// Internal to lib/containerd: TOML to JSON values and back.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ingot::containerd {

// An object. Dates and times become texts. Throws Error{invalid_input} with "line 3: ..." as its cause for
// what is not TOML, or what JSON cannot hold (infinities).
[[nodiscard]] nlohmann::json read_toml(std::string_view text);

// `object` with sorted keys and one table header for each mapping. Nulls, which TOML does not have, are left
// out of mappings; Error{invalid_input} for one in a list.
[[nodiscard]] std::string to_toml(const nlohmann::json& object);

}  // namespace ingot::containerd
