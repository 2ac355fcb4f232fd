// SPDX-License-Identifier: Apache-2.0
// What the shell may offer for an unfinished command line.
#pragma once

#include "command.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ingot::cli {

// The names of all clusters, or of all instances.
using NamesOf = std::function<std::vector<std::string>(Meaning)>;

// `globals` are every command's. `words` after "ingot"; the last one is being typed and may be empty.
// `names` is asked only when they are wanted. An empty answer leaves the shell to complete files.
[[nodiscard]] std::vector<std::string> complete(const std::vector<Command>& commands, const Flags& globals,
                                                const std::vector<std::string>& words, const NamesOf& names);

// What complete() knows without asking anybody, as JSON, for those who complete in another place:
// {"commands":
// [{"path", "summary", "terminal", "flags": [{"name", "value", "help", "choices", "meaning"}], "positionals":
// [{"name", "meaning", "choices", "limit"}]}]}. "terminal": it is to be run in one, as it takes another
// command to run, or all of a screen.
[[nodiscard]] std::string command_list(const std::vector<Command>& commands, const Flags& globals);

// Silent on failure and quick: somebody pressed the tab key.
[[nodiscard]] std::vector<std::string> names_in_time(Context& context, Meaning meaning);

}  // namespace ingot::cli
