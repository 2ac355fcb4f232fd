// SPDX-License-Identifier: Apache-2.0
// Help of kind's command line, laid out as kind lays it out, in our words.
#pragma once

#include "command.hpp"

#include <string>
#include <vector>

namespace ingot::cli::kind {

// Of a command, a noun ("get") or, with an empty path, of the program. `flags` are its own, `globals` those
// of every command.
[[nodiscard]] std::string help_text(const std::vector<Command>& commands, const std::string& path,
                                    const Flags& flags, const Flags& globals);

}  // namespace ingot::cli::kind
