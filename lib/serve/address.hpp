// SPDX-License-Identifier: Apache-2.0
// Addresses of TCP: taken apart, listened at, and whether they are of this machine alone.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ingot::serve {

struct HostAndPort {
  std::string host;  // without the brackets of IPv6
  std::uint16_t port = 0;
};

// "127.0.0.1:7700", "[::1]:0", "example.org:443". Error{invalid_input} for what is none.
[[nodiscard]] HostAndPort split_address(const std::string& address);

// "127.0.0.1", "::1" and "localhost", which nobody else can reach, nor listen to.
[[nodiscard]] bool is_loopback(std::string_view host);
// "0.0.0.0" and "::": all that this machine has.
[[nodiscard]] bool is_any_address(std::string_view host);

// Listens at an address of this machine, with a port, or port 0: a free one. `address` becomes the one taken.
// Error{invalid_input} for what is no such address, Error{already_exists} when the port is in use,
// Error{environment} for an address that this machine does not have.
[[nodiscard]] base::Fd listen_at(std::string& address);

// Of TCP: small messages, too, are not held back until the other side has confirmed those before, which takes
// 40 ms.
void send_at_once(int socket);

// The address, without its port, that a connected socket was reached at; empty: none, it is no TCP.
[[nodiscard]] std::string reached_at(int socket);

}  // namespace ingot::serve
