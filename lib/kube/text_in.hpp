// SPDX-License-Identifier: Apache-2.0
// Reading answers of the API, which may have any shape. Internal to lib/kube.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ingot::kube {

// The text under a key; empty where the value is no object, has no such key, or has something else there.
[[nodiscard]] std::string text_in(const nlohmann::json& object, const char* key);

}  // namespace ingot::kube
