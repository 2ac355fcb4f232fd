// SPDX-License-Identifier: Apache-2.0
#include "config/cidr.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <algorithm>
#include <charconv>

namespace ingot::config {
namespace {

int address_bits(const IpAddress& address) {
  return address.is_ipv6 ? 128 : 32;
}

// Clears every bit of `address` from `length` on.
void mask(IpAddress& address, int length) {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const int kept = std::clamp(length - static_cast<int>(i) * 8, 0, 8);
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xFF00U >> static_cast<unsigned>(kept)));
  }
}

// Adds `value` * 2^`shift` to the address; false when it runs over the end.
bool add(IpAddress& address, std::uint64_t value, int shift) {
  const auto width = static_cast<std::size_t>(address_bits(address) / 8);
  unsigned carry = 0;
  for (std::size_t i = 0; i < width; ++i) {
    // The bits of value << shift that fall into this byte, counted from the last.
    const int offset = static_cast<int>(i) * 8 - shift;
    unsigned part = 0;
    if (offset >= 0 && offset < 64) {
      part = static_cast<unsigned>(value >> static_cast<unsigned>(offset)) & 0xFFU;
    } else if (offset < 0 && offset > -8) {
      part = static_cast<unsigned>(value << static_cast<unsigned>(-offset)) & 0xFFU;
    }
    std::uint8_t& byte = address.bytes[width - 1 - i];
    const unsigned sum = byte + part + carry;
    byte = static_cast<std::uint8_t>(sum & 0xFFU);
    carry = sum >> 8U;
  }
  return carry == 0;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.find('\0') != text.npos || text.size() >= INET6_ADDRSTRLEN) {
    return std::nullopt;
  }
  const std::string terminated(text);
  IpAddress address;
  address.is_ipv6 = text.find(':') != text.npos;
  const int family = address.is_ipv6 ? AF_INET6 : AF_INET;
  if (inet_pton(family, terminated.c_str(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.is_ipv6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

bool is_unspecified(const IpAddress& address) {
  return std::all_of(address.bytes.begin(), address.bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) {
    return std::nullopt;
  }
  const auto address = parse_ip(text.substr(0, slash));
  const auto digits = text.substr(slash + 1);
  int length = -1;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool is_number = result.ec == std::errc{} && result.ptr == digits.data() + digits.size();
  const bool is_plain = !digits.empty() && digits[0] != '-' && (digits[0] != '0' || digits.size() == 1);
  if (!address || !is_number || !is_plain || length > address_bits(*address)) {
    return std::nullopt;
  }
  Cidr cidr{.network = *address, .length = length};
  mask(cidr.network, length);
  return cidr;
}

std::string to_text(const Cidr& cidr) {
  return to_text(cidr.network) + "/" + std::to_string(cidr.length);
}

bool contains(const Cidr& cidr, const IpAddress& address) {
  IpAddress masked = address;
  mask(masked, cidr.length);
  return masked == cidr.network;
}

bool overlap(const Cidr& a, const Cidr& b) {
  return a.length <= b.length ? contains(a, b.network) : contains(b, a.network);
}

std::optional<IpAddress> nth_address(const Cidr& cidr, std::uint64_t index) {
  IpAddress address = cidr.network;
  if (!add(address, index, 0) || !contains(cidr, address)) {
    return std::nullopt;
  }
  return address;
}

std::optional<Cidr> nth_subnet(const Cidr& cidr, int length, std::uint64_t index) {
  const int width = address_bits(cidr.network);
  if (length < cidr.length || length > width) {
    return std::nullopt;
  }
  const int index_bits = length - cidr.length;
  if (index_bits < 64 && (index >> static_cast<unsigned>(index_bits)) != 0) {
    return std::nullopt;
  }
  Cidr subnet{.network = cidr.network, .length = length};
  if (!add(subnet.network, index, width - length)) {
    return std::nullopt;
  }
  return subnet;
}

int host_bits(const Cidr& cidr) {
  return address_bits(cidr.network) - cidr.length;
}

}  // namespace ingot::config
