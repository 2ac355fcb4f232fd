// SPDX-License-Identifier: Apache-2.0
// What the shell may offer for an unfinished command line.
#pragma once

#include "command.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ingot::cli {

// `words` after "ingot"; the last one is being typed and may be empty. `clusters` is asked only when names
// are wanted. An empty answer leaves the shell to complete files.
[[nodiscard]] std::vector<std::string> complete(const std::vector<Command>& commands,
                                                const std::vector<std::string>& words,
                                                const std::function<std::vector<std::string>()>& clusters);

}  // namespace ingot::cli
