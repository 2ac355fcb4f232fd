// SPDX-License-Identifier: Apache-2.0
// Who may come in by TCP: whoever has the token, and no page of somebody else's in a browser. (The Unix
// socket has the mode of its file.)
#pragma once

#include <string>
#include <string_view>

namespace ingot::serve {

// The token in a file that its user alone may read; made, with 256 random bits, when the file is not there.
// Error{environment} for a file that cannot be read or written, or that others may read.
[[nodiscard]] std::string load_token(const std::string& path);

// What a request says of itself, empty where it says nothing.
struct Credentials {
  std::string_view authorization;  // "Bearer ..."
  std::string_view protocols;  // of a WebSocket: "ingot.v1, ingot.token.TOKEN", since browsers set no headers
  std::string_view query_token;
  std::string_view origin;  // "http://127.0.0.1:7700", set by browsers alone
};

// The token is compared in a time that does not depend on how much of it is right.
[[nodiscard]] bool has_token(const Credentials& given, std::string_view token);
// `address`: that the server listens at, as the browser knows it.
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view address);

}  // namespace ingot::serve
