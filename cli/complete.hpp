// SPDX-License-Identifier: Apache-2.0
// What the shell may offer for an unfinished command line.
#pragma once

#include "command.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ingot::cli {

// `globals` are every command's. `words` after "ingot"; the last one is being typed and may be empty.
// `clusters` is asked only when names are wanted. An empty answer leaves the shell to complete files.
[[nodiscard]] std::vector<std::string> complete(const std::vector<Command>& commands, const Flags& globals,
                                                const std::vector<std::string>& words,
                                                const std::function<std::vector<std::string>()>& clusters);

// Names of clusters, silent on failure and quick: somebody pressed the tab key.
[[nodiscard]] std::vector<std::string> cluster_names_in_time(Context& context);

}  // namespace ingot::cli
