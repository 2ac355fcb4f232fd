// SPDX-License-Identifier: Apache-2.0
#include "http/head.hpp"

#include "base/text.hpp"

#include <charconv>

namespace ingot::http {

namespace {

constexpr std::size_t kMaxHeadBytes = 256U << 10U;
constexpr std::string_view kLineEnd = "\r\n";

[[noreturn]] void throw_not_http(std::string cause) {
  throw base::Error(base::ErrorCode::untrusted, "the answer is not HTTP", std::move(cause));
}

// "1a;name=value" -> 26
std::size_t parse_chunk_size(std::string_view line) {
  std::size_t size = 0;
  const std::string_view digits = base::trim(line.substr(0, line.find(';')));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw_not_http("a chunk without a size");
  }
  return size;
}

}  // namespace

std::optional<int> parse_status_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (!line.starts_with("HTTP/1.") || space == std::string_view::npos || line.size() < space + 4) {
    return std::nullopt;
  }
  int status = 0;
  const char* first = line.data() + space + 1;
  const auto [end, error] = std::from_chars(first, first + 3, status);
  if (error != std::errc() || end != first + 3 || status < 100) {
    return std::nullopt;
  }
  return status;
}

bool parse_header_line(std::string_view line, Headers& headers) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return false;
  }
  headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
  return true;
}

std::optional<Head> parse_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > kMaxHeadBytes) {
      throw_not_http("a head without an end");
    }
    return std::nullopt;
  }
  Head head;
  head.size = end + 4;
  std::size_t at = std::min(bytes.find(kLineEnd), end);
  const auto status = parse_status_line(bytes.substr(0, at));
  if (!status) {
    throw_not_http("no status line");
  }
  head.answer.status = *status;
  while (at < end) {
    at += kLineEnd.size();
    const std::size_t line_end = bytes.find(kLineEnd, at);
    if (!parse_header_line(bytes.substr(at, line_end - at), head.answer.headers)) {
      throw_not_http("a header line without a name");
    }
    at = line_end;
  }
  return head;
}

std::optional<std::string> parse_chunked(std::string_view bytes) {
  std::string body;
  std::size_t at = 0;
  for (;;) {
    const std::size_t line_end = bytes.find(kLineEnd, at);
    if (line_end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::size_t size = parse_chunk_size(bytes.substr(at, line_end - at));
    if (size == 0) {
      return body;
    }
    at = line_end + kLineEnd.size();
    if (bytes.size() - at < kLineEnd.size() || bytes.size() - at - kLineEnd.size() < size) {
      return std::nullopt;
    }
    body += bytes.substr(at, size);
    at += size + kLineEnd.size();
  }
}

}  // namespace ingot::http
