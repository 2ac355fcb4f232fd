// SPDX-License-Identifier: Apache-2.0
// Who may come in by TCP: whoever has the token, and no page of somebody else's in a browser. (The Unix
// socket has the mode of its file.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::serve {

// The token in a file that its user alone may read; made, with 256 random bits, when the file is not there.
// Error{environment} for a file that cannot be read or written, or that others may read.
[[nodiscard]] std::string load_token(const std::string& path);

// What a request says of itself, empty where it says nothing.
struct Credentials {
  std::string_view authorization;  // "Bearer ..."
  std::string_view protocols;  // of a WebSocket: "ingot.v1, ingot.token.TOKEN", since browsers set no headers
  std::string_view query_token;
  std::string_view origin;  // "https://192.0.2.5:7700", set by browsers alone
};

// The token is compared in a time that does not depend on how much of it is right.
[[nodiscard]] bool has_token(const Credentials& given, std::string_view token);

// Where browsers find a server's own pages.
struct OwnOrigins {
  std::string scheme;              // "http"
  std::vector<std::string> hosts;  // "127.0.0.1", "fd00::1", "example.org", "*.example.org"
  std::uint16_t port = 0;
};
// What is no origin at all, because no browser asks, is none of others, either.
[[nodiscard]] bool is_own_origin(std::string_view origin, const OwnOrigins& own);

}  // namespace ingot::serve
