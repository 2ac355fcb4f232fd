// SPDX-License-Identifier: Apache-2.0
#include "kube/text_in.hpp"

#include <nlohmann/json.hpp>

namespace ingot::kube {

std::string text_in(const nlohmann::json& object, const char* key) {
  const bool has = object.is_object() && object.contains(key) && object.at(key).is_string();
  return has ? object.at(key).get<std::string>() : std::string();
}

}  // namespace ingot::kube
