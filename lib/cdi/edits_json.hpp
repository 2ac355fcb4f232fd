// SPDX-License-Identifier: Apache-2.0
// CDI as JSON: what parse_spec() reads.
#pragma once

#include "cdi/spec.hpp"

#include <nlohmann/json_fwd.hpp>

namespace ingot::cdi {

[[nodiscard]] nlohmann::json to_json(const Edits& edits);
[[nodiscard]] nlohmann::json to_json(const Spec& spec);

}  // namespace ingot::cdi
