// SPDX-License-Identifier: Apache-2.0
// JSON as Go's encoding/json writes it: keys sorted by bytes, <, > and & escaped, numbers in Go's shortest
// form. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ingot::kube {

[[nodiscard]] std::string to_go_json(const nlohmann::json& value);

}  // namespace ingot::kube
