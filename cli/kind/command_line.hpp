// SPDX-License-Identifier: Apache-2.0
// Words of kind's command line, by the rules of the libraries that kind reads it with (spf13/cobra chooses
// the command, spf13/pflag reads its flags), because scripts rely on them: "-nNAME", "-n=NAME",
// "--retain=false", flags before, between and after the words. Mistakes are Error{invalid_input} in kind's
// words.
#pragma once

#include "command.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli::kind {

struct Chosen {
  std::string path;                  // "get nodes"; a noun ("get"), or empty, when no command was named
  const Command* command = nullptr;  // null for those two
  std::vector<std::string> words;    // all that is not its name
};

// `globals` tells which flags before the command take a value.
[[nodiscard]] Chosen choose(const std::vector<Command>& commands, const Flags& globals,
                            const std::vector<std::string>& words);

// Writes every flag's value to its target; the words that are no flags. What a flag's value is called tells
// its type: "string", "strings" (several, joined by commas), "int32", "duration"; a switch is a bool.
[[nodiscard]] std::vector<std::string> parse(Flags& flags, const std::vector<std::string>& words);

// Whether --quiet is among the words, of which nothing else is understood yet.
[[nodiscard]] bool wants_quiet(const std::vector<std::string>& words);

// Go's durations: "1m30s", "1.5h", "-1s", "0". Error{invalid_input} in Go's words.
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text);
// As Go prints them: "2m0s", "1.5s", "0s".
[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);

}  // namespace ingot::cli::kind
