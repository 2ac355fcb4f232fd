// SPDX-License-Identifier: Apache-2.0
// An object with its data as text. Pure. Internal to lib/feed.
#pragma once

#include "live/object.hpp"

#include <nlohmann/json_fwd.hpp>

namespace ingot::feed {

// Texts in `data` need not be UTF-8: what is none becomes U+FFFD.
[[nodiscard]] live::Object make_object(live::Subject subject, const nlohmann::json& data);

}  // namespace ingot::feed
