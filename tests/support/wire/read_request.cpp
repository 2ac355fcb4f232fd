// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "support/wire/exchange.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace ingot::testing {

namespace {

bool receive_more(Stream& stream, std::string& rest) {
  const std::string piece = stream.receive();
  rest += piece;
  return !piece.empty();
}

// Up to `mark`, which is dropped.
std::optional<std::string> take_until(Stream& stream, std::string& rest, std::string_view mark) {
  std::size_t end = 0;
  while ((end = rest.find(mark)) == std::string::npos) {
    if (!receive_more(stream, rest)) {
      return std::nullopt;
    }
  }
  std::string text = rest.substr(0, end);
  rest.erase(0, end + mark.size());
  return text;
}

bool take(Stream& stream, std::string& rest, std::size_t size, std::string& into) {
  while (rest.size() < size) {
    if (!receive_more(stream, rest)) {
      return false;
    }
  }
  into += rest.substr(0, size);
  rest.erase(0, size);
  return true;
}

bool take_chunks(Stream& stream, std::string& rest, std::string& body) {
  for (;;) {
    const auto line = take_until(stream, rest, "\r\n");
    std::size_t size = 0;
    if (!line || std::from_chars(line->data(), line->data() + line->size(), size, 16).ec != std::errc()) {
      return false;
    }
    std::string end;
    if (!take(stream, rest, size, body) || !take(stream, rest, 2, end)) {
      return false;
    }
    if (size == 0) {
      return true;
    }
  }
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void read_headers(const std::vector<std::string>& lines, Request& request) {
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon != std::string::npos) {
      request.headers[lower(lines[i].substr(0, colon))] = base::trim(lines[i].substr(colon + 1));
    }
  }
}

void read_query(std::string_view text, Request& request) {
  for (const std::string& pair : base::split(text, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      request.query[percent_decode(pair.substr(0, equals))] =
          equals == pair.size() ? std::string() : percent_decode(pair.substr(equals + 1));
    }
  }
}

bool read_body(Stream& stream, std::string& rest, Request& request) {
  const auto& headers = request.headers;
  if (const auto expect = headers.find("expect");
      expect != headers.end() && !stream.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    return false;
  }
  if (headers.contains("transfer-encoding")) {
    return take_chunks(stream, rest, request.body);
  }
  const auto length = headers.find("content-length");
  return length == headers.end() || take(stream, rest, std::stoul(length->second), request.body);
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ec == std::errc()) {
      plain += static_cast<char>(value);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::optional<Request> read_request(Stream& stream, std::string& rest) {
  const auto head = take_until(stream, rest, "\r\n\r\n");
  if (!head) {
    return std::nullopt;
  }
  std::vector<std::string> lines = base::split(*head, '\n');
  for (std::string& line : lines) {
    line = base::trim(line);
  }
  const std::vector<std::string> words = base::split(lines.front(), ' ');
  if (words.size() != 3) {
    return std::nullopt;
  }
  Request request{.method = words[0]};
  const std::size_t mark = std::min(words[1].find('?'), words[1].size());
  request.path = words[1].substr(0, mark);
  if (mark < words[1].size()) {
    read_query(words[1].substr(mark + 1), request);
  }
  read_headers(lines, request);
  if (!read_body(stream, rest, request)) {
    return std::nullopt;
  }
  return request;
}

std::string_view reason_of(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 14> kReasons = {{{200, "OK"},
                                                                          {201, "Created"},
                                                                          {204, "No Content"},
                                                                          {304, "Not Modified"},
                                                                          {400, "Bad Request"},
                                                                          {401, "Unauthorized"},
                                                                          {403, "Forbidden"},
                                                                          {404, "Not Found"},
                                                                          {409, "Conflict"},
                                                                          {415, "Unsupported Media Type"},
                                                                          {422, "Unprocessable Entity"},
                                                                          {500, "Internal Server Error"},
                                                                          {501, "Not Implemented"},
                                                                          {503, "Service Unavailable"}}};
  const auto* found = std::ranges::find(kReasons, status, &std::pair<int, std::string_view>::first);
  return found == kReasons.end() ? "Status" : found->second;
}

}  // namespace ingot::testing
