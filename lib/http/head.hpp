// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1.1 answer and its chunked bodies (RFC 9112), for the one place where libcurl does not
// read them for us: a connection that is about to be taken over. Pure functions over bytes not to be trusted.
#pragma once

#include "http/client.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::http {

struct Head {
  Response answer;       // no body yet
  std::size_t size = 0;  // bytes it took, with the empty line
};

// The three digits of "HTTP/1.1 200 OK"; nothing for anything else.
[[nodiscard]] std::optional<int> parse_status_line(std::string_view line);

// Adds "Name: value" to `headers`; false if the line is no header.
bool parse_header_line(std::string_view line, Headers& headers);

// Nothing while the empty line is still to come. Error{untrusted} if it is not HTTP or larger than 256 KiB.
[[nodiscard]] std::optional<Head> parse_head(std::string_view bytes);

// The text inside a chunked body; nothing while the last chunk is still to come. Error{untrusted} if it is no
// such body.
[[nodiscard]] std::optional<std::string> parse_chunked(std::string_view bytes);

}  // namespace ingot::http
