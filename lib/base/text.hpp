// SPDX-License-Identifier: Apache-2.0
// Small texts that every layer reads and writes: durations, sizes, encodings.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::base {

// "90s", "5m", "1h30m", "250ms" (Go's notation, as kind's --wait takes it). Nothing on anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// "0.42s", "12.3s", "4m05s", "2h10m": for people.
[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);

// "512MiB", "2.1GiB": for people.
[[nodiscard]] std::string to_size_text(std::uint64_t bytes);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);

// RFC 4648 standard alphabet with padding; decode returns nothing on malformed input and skips line breaks.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// RFC 3986: everything but unreserved characters as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

// The family of what is an address, or a prefix, of one of the two: IPv6 alone is written with colons.
[[nodiscard]] bool is_ipv6(std::string_view address_or_prefix);

// "172.18.0.2:6443", "[fd00::2]:6443", as URLs have it (RFC 3986, 3.2.2).
[[nodiscard]] std::string host_and_port(std::string_view host, int port);

// Time since the epoch as RFC 3339 in UTC with second precision, and back (fractions are dropped). A time
// that the clock cannot hold, such as the year 1, by which engines mean "never", is none.
[[nodiscard]] std::string to_rfc3339(std::chrono::system_clock::time_point time);
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text);
// The day of to_rfc3339(): "2036-11-19".
[[nodiscard]] std::string day_of(std::chrono::system_clock::time_point time);

}  // namespace ingot::base
