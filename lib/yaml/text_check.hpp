// SPDX-License-Identifier: Apache-2.0
// Internal to lib/yaml: is this text at all? yaml-cpp passes any bytes on, and takes 0x04 for the end.
#pragma once

#include <string_view>

namespace ingot::yaml {

[[nodiscard]] bool is_utf8(std::string_view text);

// Throws Error{invalid_input} unless `text` is UTF-8 without control characters.
void check_is_text(std::string_view text);

}  // namespace ingot::yaml
