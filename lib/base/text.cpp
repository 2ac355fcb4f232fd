// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <fmt/format.h>
#include <time.h>

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace ingot::base {

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<double> unit_in_ms(std::string_view unit) {
  if (unit == "ms") {
    return 1.0;
  }
  if (unit == "s") {
    return 1000.0;
  }
  if (unit == "m") {
    return 60'000.0;
  }
  if (unit == "h") {
    return 3'600'000.0;
  }
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds(0);
  }
  double total = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t number_start = at;
    while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) {
      ++at;
    }
    const std::size_t unit_start = at;
    while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
    }
    const auto unit = unit_in_ms(text.substr(unit_start, at - unit_start));
    const std::string number(text.substr(number_start, unit_start - number_start));
    if (!unit || number.empty() || number.size() > 12 || number.find('.') != number.rfind('.') ||
        number == ".") {
      return std::nullopt;
    }
    total += std::stod(number) * *unit;
  }
  if (text.empty() || total > 1e12) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(std::llround(total));
}

std::string to_text(std::chrono::milliseconds duration) {
  const auto ms = duration.count();
  if (ms < 10'000) {
    return fmt::format("{:.2f}s", static_cast<double>(ms) / 1000.0);
  }
  if (ms < 60'000) {
    return fmt::format("{:.1f}s", static_cast<double>(ms) / 1000.0);
  }
  if (ms < 3'600'000) {
    return fmt::format("{}m{:02}s", ms / 60'000, ms / 1000 % 60);
  }
  if (ms < 86'400'000) {
    return fmt::format("{}h{:02}m", ms / 3'600'000, ms / 60'000 % 60);
  }
  return fmt::format("{}d{:02}h", ms / 86'400'000, ms / 3'600'000 % 24);
}

std::string to_size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole = unit == 0 || value >= 100;
  return fmt::format("{:.{}f}{}", value, whole ? 0 : 1, kUnits[unit]);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, at - start));
    start = at + 1;
  }
  parts.emplace_back(text.substr(start));
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += i == 0 ? "" : separator;
    text += parts[i];
  }
  return text;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i])) : 0U;
    };
    const unsigned group = byte(0) << 16U | byte(1) << 8U | byte(2);
    const std::size_t known = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= known ? kBase64[group >> (18U - 6U * i) & 63U] : '=';
    }
  }
  return text;
}

namespace {

constexpr auto kBase64Values = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
  }
  return values;
}();

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes;
  unsigned group = 0;
  unsigned bits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      continue;
    }
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0 || padding > 0) {
      return std::nullopt;
    }
    group = group << 6U | static_cast<unsigned>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFFU);
    }
  }
  if (padding > 2 || bits >= 6) {
    return std::nullopt;
  }
  return bytes;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", byte);
    }
  }
  return encoded;
}

bool is_ipv6(std::string_view address_or_prefix) {
  return address_or_prefix.find(':') != std::string_view::npos;
}

std::string host_and_port(std::string_view host, int port) {
  return is_ipv6(host) ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string to_rfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string day_of(std::chrono::system_clock::time_point time) {
  return to_rfc3339(time).substr(0, 10);
}

std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) {
  std::tm utc{};
  const std::string copy(text);
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) {
    return std::nullopt;
  }
  if (*rest == '.') {
    ++rest;
    while (is_digit(*rest)) {
      ++rest;
    }
  }
  std::chrono::seconds offset{0};
  if (*rest == '+' || *rest == '-') {
    int hours = 0;
    int minutes = 0;
    if (std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) != 2) {
      return std::nullopt;
    }
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (*rest == '-') {
      offset = -offset;
    }
  } else if (std::string_view(rest) != "Z") {
    return std::nullopt;
  }
  using Clock = std::chrono::system_clock;
  const std::chrono::sys_seconds time(std::chrono::seconds(timegm(&utc)) - offset);
  if (time <= std::chrono::ceil<std::chrono::seconds>(Clock::time_point::min()) ||
      time >= std::chrono::floor<std::chrono::seconds>(Clock::time_point::max())) {
    return std::nullopt;
  }
  return time;
}

}  // namespace ingot::base
