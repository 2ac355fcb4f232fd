// SPDX-License-Identifier: Apache-2.0
// JSON for people, every member in the order in which the engine wrote it.
#pragma once

#include <string>
#include <string_view>

namespace ingot::docker {

// `json` must be valid. Four blanks a level, as the docker CLI prints it; without a line break at the end.
[[nodiscard]] std::string indent(std::string_view json);

}  // namespace ingot::docker
