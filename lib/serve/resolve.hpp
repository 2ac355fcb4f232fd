// SPDX-License-Identifier: Apache-2.0
// Names of machines to addresses, without waiting for longer than somebody wants to.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::serve {

struct Resolved {
  sockaddr_storage address{};
  socklen_t size = 0;
  std::string host;  // as text: "192.0.2.5"
};

// The addresses of TCP that `host`, a name or an address, stands for, in the system's order; there is one at
// least. Error{environment} when there is none, and base::Cancelled at once with a stop: the system cannot be
// interrupted, but need not be waited for.
[[nodiscard]] std::vector<Resolved> resolve(const std::string& host, std::uint16_t port,
                                            const std::stop_token& stop);

}  // namespace ingot::serve
