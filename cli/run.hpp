// SPDX-License-Identifier: Apache-2.0
// The whole command line as one function: words in, streams and an exit code out. Never throws.
#pragma once

#include "host.hpp"

#include <string>
#include <vector>

namespace ingot::cli {

// `arguments` without the program's name.
[[nodiscard]] int run(const std::vector<std::string>& arguments, Host& host);

}  // namespace ingot::cli
