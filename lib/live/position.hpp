// SPDX-License-Identifier: Apache-2.0
// Where somebody has read up to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::live {

using Version = std::uint64_t;

struct Position {
  std::string run;
  Version version = 0;
};

// "RUN:VERSION", as command lines have it.
[[nodiscard]] std::optional<Position> parse_position(std::string_view text);
[[nodiscard]] std::string to_text(const Position& position);

}  // namespace ingot::live
