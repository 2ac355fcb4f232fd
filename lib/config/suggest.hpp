// SPDX-License-Identifier: Apache-2.0
// Did you mean ...? By edit distance, ignoring case.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::config {

// Of `known`, the word nearest to `word` if no more than two edits (one for words under four letters) apart,
// else empty.
[[nodiscard]] std::string_view closest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace ingot::config
