// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ingot::agent {

// Empty when it is not there.
[[nodiscard]] std::string read_text(const std::string& path);
// In one piece: readers see the old or the new text. Makes the folders above. False: it was so already.
bool replace_text(const std::string& path, const std::string& text);

}  // namespace ingot::agent
