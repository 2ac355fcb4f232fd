// SPDX-License-Identifier: Apache-2.0
#include "feed/make_object.hpp"

#include <nlohmann/json.hpp>

namespace ingot::feed {

using nlohmann::json;

live::Object make_object(live::Subject subject, const json& data) {
  return {.subject = std::move(subject), .data = data.dump(-1, ' ', false, json::error_handler_t::replace)};
}

}  // namespace ingot::feed
