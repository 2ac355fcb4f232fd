// SPDX-License-Identifier: Apache-2.0
#include "live/position.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ingot::live {

std::optional<Position> parse_position(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  Position position{.run = std::string(text.substr(0, colon))};
  const auto number = text.substr(colon + 1);
  const auto* end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, position.version);
  return result.ec == std::errc() && result.ptr == end ? std::optional(position) : std::nullopt;
}

std::string to_text(const Position& position) {
  return fmt::format("{}:{}", position.run, position.version);
}

}  // namespace ingot::live
