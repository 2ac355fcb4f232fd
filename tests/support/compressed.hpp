// SPDX-License-Identifier: Apache-2.0
// Texts as the programs of these names would compress them.
#pragma once

#include <string>

namespace ingot::testing {

[[nodiscard]] std::string gzip(const std::string& content);
[[nodiscard]] std::string zstd(const std::string& content);

}  // namespace ingot::testing
