// SPDX-License-Identifier: Apache-2.0
// What one stream can show: colour and symbols, decided once per stream from flags, environment and terminal.
#pragma once

#include "host.hpp"

#include <string>
#include <string_view>

namespace ingot::cli::output {

enum class Colour { none, red, yellow, green, dim, bold };

struct Style {
  bool colour = false;
  bool unicode = false;
  bool animated = false;
  int columns = 80;

  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;
};

// --no-color beats NO_COLOR, which beats CLICOLOR_FORCE and FORCE_COLOR, which beat "not a terminal".
[[nodiscard]] Style choose_style(const OutStream& stream, const Environment& environment, bool no_colour);

// Columns that `text` takes on a terminal, colours not counted; every character counts as one.
[[nodiscard]] std::size_t width_of(std::string_view text);

// At most `columns` characters, the last one a dot-dot-dot when something was left out. No colours inside.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t columns, bool unicode);

}  // namespace ingot::cli::output
