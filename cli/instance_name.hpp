// SPDX-License-Identifier: Apache-2.0
// The instances that a command is about.
#pragma once

#include "command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

// `limit`: how many at most.
void declare_instance(Flags& flags, std::vector<std::string>& names, std::size_t limit = 1);
// Error{invalid_input} when it is missing. `command`: "instance exec".
[[nodiscard]] const std::string& one_instance(std::string_view command,
                                              const std::vector<std::string>& names);

}  // namespace ingot::cli
