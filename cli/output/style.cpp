// SPDX-License-Identifier: Apache-2.0
#include "output/style.hpp"

#include <algorithm>
#include <charconv>

namespace ingot::cli::output {

namespace {

bool is_set_and_not_zero(const Environment& environment, std::string_view name) {
  const auto value = lookup(environment, name);
  return !value.empty() && value != "0";
}

bool speaks_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (const auto value = lookup(environment, name); !value.empty()) {
      std::string upper(value);
      std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      return upper.find("UTF-8") != std::string::npos || upper.find("UTF8") != std::string::npos;
    }
  }
  return false;
}

int columns_of(const OutStream& stream, const Environment& environment) {
  const auto text = lookup(environment, "COLUMNS");
  int columns = 0;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  return columns > 0 && columns < 10'000 ? columns : stream.columns;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string Style::paint(Colour colour_wanted, std::string_view text) const {
  if (!colour || colour_wanted == Colour::none) {
    return std::string(text);
  }
  const char* code = "";
  switch (colour_wanted) {
    case Colour::none:
      break;
    case Colour::red:
      code = "31";
      break;
    case Colour::yellow:
      code = "33";
      break;
    case Colour::green:
      code = "32";
      break;
    case Colour::dim:
      code = "2";
      break;
    case Colour::bold:
      code = "1";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

Style choose_style(const OutStream& stream, const Environment& environment, bool no_colour) {
  const bool dumb = lookup(environment, "TERM") == "dumb";
  Style style{.unicode = speaks_utf8(environment), .columns = columns_of(stream, environment)};
  const bool forced =
      is_set_and_not_zero(environment, "CLICOLOR_FORCE") || is_set_and_not_zero(environment, "FORCE_COLOR");
  style.colour =
      !no_colour && lookup(environment, "NO_COLOR").empty() && (forced || (stream.is_terminal && !dumb));
  style.animated = stream.is_terminal && !dumb && lookup(environment, "CI").empty();
  return style;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = std::min(text.find('m', i), text.size());
    } else if (!is_continuation(text[i])) {
      ++width;
    }
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t columns, bool unicode) {
  if (width_of(text) <= columns) {
    return std::string(text);
  }
  const std::string_view mark = unicode ? "…" : "~";
  std::string kept;
  std::size_t width = 1;
  for (const char c : text) {
    if (!is_continuation(c) && ++width > columns) {
      break;
    }
    kept += c;
  }
  return columns == 0 ? "" : kept + std::string(mark);
}

}  // namespace ingot::cli::output
