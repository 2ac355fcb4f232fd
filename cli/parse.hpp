// SPDX-License-Identifier: Apache-2.0
// Words of the command line to a command and its flags. Which command is meant is decided here, before CLI11
// sees anything: global flags may stand before and after the verb, a typing mistake gets a suggestion, and
// what follows "--" is never looked at. Mistakes are Error{invalid_input}.
#pragma once

#include "command.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

struct Chosen {
  const Command* command = nullptr;
  std::string noun;                    // of a noun without a verb: "cluster"
  std::vector<std::string> arguments;  // all that is not the command's own name
  bool help = false;                   // -h or --help was among them
};

// `globals` tells which flags before the command take a value. Neither command nor noun: nothing was given.
[[nodiscard]] Chosen choose_command(const std::vector<Command>& commands, const Flags& globals,
                                    const std::vector<std::string>& words);

// Writes every flag's value to its target.
void parse_flags(const Command& command, Flags& flags, const std::vector<std::string>& arguments);

// "did you mean 'x'?" or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);

// A mistake in the use of `command`, whose help is the remedy. `hint` follows the message.
[[noreturn]] void throw_usage(std::string_view command, std::string message, const std::string& hint = {});

}  // namespace ingot::cli
