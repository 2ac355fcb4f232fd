// SPDX-License-Identifier: Apache-2.0
// IP addresses and prefixes of both families as values. Parsing is strict: no leading zeros, no white space,
// no zone; "::ffff:1.2.3.4" is an IPv6 address. Nothing here resolves names or allocates addresses.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::config {

// Network byte order; IPv4 uses the first four bytes.
struct IpAddress {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// An address block. The bits of `network` beyond `length` are zero.
struct Cidr {
  IpAddress network;
  int length = 0;

  friend bool operator==(const Cidr&, const Cidr&) = default;
};

[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);
[[nodiscard]] std::string to_text(const IpAddress& address);
[[nodiscard]] bool is_unspecified(const IpAddress& address);  // 0.0.0.0 or ::

// "10.244.0.0/16"; bits beyond the length are dropped, as Go's ParseCIDR does.
[[nodiscard]] std::optional<Cidr> parse_cidr(std::string_view text);
[[nodiscard]] std::string to_text(const Cidr& cidr);

[[nodiscard]] bool contains(const Cidr& cidr, const IpAddress& address);
[[nodiscard]] bool overlap(const Cidr& a, const Cidr& b);

// The address `index` places after the network address: nth_address(10.96.0.0/16, 10) is 10.96.0.10. Nothing
// when it lies outside.
[[nodiscard]] std::optional<IpAddress> nth_address(const Cidr& cidr, std::uint64_t index);

// The block of `length` bits at `index` within `cidr`: nth_subnet(10.244.0.0/16, 24, 1) is 10.244.1.0/24.
// Nothing when it lies outside or `length` is shorter than the block's own.
[[nodiscard]] std::optional<Cidr> nth_subnet(const Cidr& cidr, int length, std::uint64_t index);

// How many bits an address of this block may vary in: 16 for a /16 of IPv4.
[[nodiscard]] int host_bits(const Cidr& cidr);

}  // namespace ingot::config
