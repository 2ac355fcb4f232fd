// SPDX-License-Identifier: Apache-2.0
// Help and the man page, from the same commands and flags that are parsed.
#pragma once

#include "command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

// `ingot --help`, and `ingot NOUN` alone.
[[nodiscard]] std::string overview_text(const std::vector<Command>& commands, std::string_view noun);
// `flags` as the command and the globals declared them.
[[nodiscard]] std::string help_text(const Command& command, const Flags& flags);
// A man page of section 1 in the man(7) macros.
[[nodiscard]] std::string man_page(const std::vector<Command>& commands, std::string_view version);

struct Topic {
  std::string name;  // "exit-codes"
  std::string summary;
  std::string text;
};
[[nodiscard]] std::vector<Topic> help_topics();

}  // namespace ingot::cli
