// SPDX-License-Identifier: Apache-2.0
// Internal to lib/yaml: a stream cut into its documents. A line that starts with "---" or "..." ends a
// document wherever it stands (YAML 1.2.2, 9.1.2), so this needs no parser.
#pragma once

#include <string_view>
#include <vector>

namespace ingot::yaml {

struct Piece {
  std::string_view text;
  int lines_before = 0;
};

[[nodiscard]] std::vector<Piece> split_documents(std::string_view text);

}  // namespace ingot::yaml
