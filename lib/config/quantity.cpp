// SPDX-License-Identifier: Apache-2.0
#include "config/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace ingot::config {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

constexpr std::array<Unit, 13> kMemoryUnits{{{"", 1},
                                             {"k", 1'000},
                                             {"M", 1'000'000},
                                             {"G", 1'000'000'000},
                                             {"T", 1'000'000'000'000},
                                             {"P", 1'000'000'000'000'000},
                                             {"E", 1'000'000'000'000'000'000},
                                             {"Ki", std::int64_t{1} << 10},
                                             {"Mi", std::int64_t{1} << 20},
                                             {"Gi", std::int64_t{1} << 30},
                                             {"Ti", std::int64_t{1} << 40},
                                             {"Pi", std::int64_t{1} << 50},
                                             {"Ei", std::int64_t{1} << 60}}};
constexpr std::array<Unit, 2> kCpuUnits{{{"", 1'000}, {"m", 1}}};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// "1.5" times `factor`, when that is a whole number above zero.
std::optional<std::int64_t> times(std::string_view number, std::int64_t factor) {
  const auto dot = number.find('.');
  const auto whole = number.substr(0, dot);
  std::string_view fraction = dot == number.npos ? "0" : number.substr(dot + 1);
  if (!is_digits(whole) || !is_digits(fraction)) {
    return std::nullopt;
  }
  const auto last = fraction.find_last_not_of('0');
  fraction = fraction.substr(0, last == fraction.npos ? 0 : last + 1);
  std::int64_t divisor = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    if (divisor > std::numeric_limits<std::int64_t>::max() / 10) {
      return std::nullopt;
    }
    divisor *= 10;
  }
  const std::string digits = std::string(whole) + std::string(fraction);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || value == 0) {
    return std::nullopt;
  }
  while (divisor > 1 && factor % 10 == 0) {  // so that less overflows
    divisor /= 10;
    factor /= 10;
  }
  if (value > std::numeric_limits<std::int64_t>::max() / factor || value * factor % divisor != 0) {
    return std::nullopt;
  }
  return value * factor / divisor;
}

template <std::size_t N>
std::optional<std::int64_t> parse(std::string_view text, const std::array<Unit, N>& units) {
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& known) { return known.suffix == text.substr(end); });
  return unit == units.end() ? std::nullopt : times(text.substr(0, end), unit->factor);
}

}  // namespace

std::optional<std::int64_t> parse_cpu_millis(std::string_view text) {
  return parse(text, kCpuUnits);
}

std::optional<std::int64_t> parse_memory_bytes(std::string_view text) {
  return parse(text, kMemoryUnits);
}

}  // namespace ingot::config
