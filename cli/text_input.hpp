// SPDX-License-Identifier: Apache-2.0
// A text file that the user named, read as a whole.
#pragma once

#include "context.hpp"

#include <string>

namespace ingot::cli {

// "-" is standard input. `what`: what it is, for messages: "cluster file". Error{invalid_input} when it
// cannot be read or is longer than 4 MiB.
[[nodiscard]] std::string read_text(const std::string& file, const std::string& what, Context& context);

}  // namespace ingot::cli
