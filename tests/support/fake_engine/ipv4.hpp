// SPDX-License-Identifier: Apache-2.0
// IPv4 addresses as numbers, for the fake engine's address management.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ingot::testing {

struct Ipv4Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  unsigned bits = 0;
  [[nodiscard]] bool holds(std::uint32_t address) const { return first <= address && address <= last; }
  [[nodiscard]] bool overlaps(const Ipv4Range& other) const {
    return first <= other.last && other.first <= last;
  }
};

[[nodiscard]] std::optional<std::uint32_t> to_ipv4(const std::string& text);
[[nodiscard]] std::string to_text(std::uint32_t address);
// "10.0.0.0/8"; nothing for anything else. Host bits are cut off.
[[nodiscard]] std::optional<Ipv4Range> to_range(const std::string& cidr);

}  // namespace ingot::testing
