// SPDX-License-Identifier: Apache-2.0
// kind's command line, for ingot in kind's place: its commands, flags, variables, words and exit codes, over
// the same session as ingot's own commands. docs/kind.md lists what differs.
#pragma once

#include "host.hpp"

#include <string>
#include <vector>

namespace ingot::cli::kind {

// Runs one command line, without the program's name. The exit code: 0 or 1. Throws base::Cancelled.
[[nodiscard]] int run(const std::vector<std::string>& words, Host& host);

}  // namespace ingot::cli::kind
