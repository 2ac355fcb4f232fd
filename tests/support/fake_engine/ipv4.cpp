// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/ipv4.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace ingot::testing {

std::optional<std::uint32_t> to_ipv4(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) {
    return std::nullopt;
  }
  return ntohl(address.s_addr);
}

std::string to_text(std::uint32_t address) {
  const in_addr number{htonl(address)};
  std::string text(INET_ADDRSTRLEN, '\0');
  ::inet_ntop(AF_INET, &number, text.data(), INET_ADDRSTRLEN);
  text.resize(text.find('\0'));
  return text;
}

std::optional<Ipv4Range> to_range(const std::string& cidr) {
  const std::size_t slash = cidr.find('/');
  const auto address = to_ipv4(cidr.substr(0, slash));
  unsigned bits = 0;
  if (!address || slash == std::string::npos ||
      std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits).ec != std::errc() ||
      bits == 0 || bits > 32) {
    return std::nullopt;
  }
  const std::uint32_t mask = ~std::uint32_t{0} << (32U - bits);
  return Ipv4Range{.first = *address & mask, .last = (*address & mask) | ~mask, .bits = bits};
}

}  // namespace ingot::testing
