// SPDX-License-Identifier: Apache-2.0
// A scenario is a text that a person reads first: what must hold, as comments, then commands and what they
// must do. Directives, one per line:
//   # words            a comment
//   $ ingot WORD...    runs the command line (words split at blanks)
//   exit N             the exit code it must have had; 0 when not given
//   out TEXT, err TEXT a line that standard output or error must contain, somewhere in a line
//   out-is-empty       standard output had nothing
//   env NAME=VALUE     for the commands that follow
//   engine REFERENCE   fake engine only: refuses requests of this method and path pattern from now on, with
//   500
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::testing {

// What is not as the scenario says, each with its line; empty when all holds. Throws nothing.
[[nodiscard]] std::vector<std::string> run_scenario(std::string_view text);

}  // namespace ingot::testing
