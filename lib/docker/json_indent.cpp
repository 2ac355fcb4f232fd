// SPDX-License-Identifier: Apache-2.0
#include "docker/json_indent.hpp"

namespace ingot::docker {

namespace {

constexpr std::size_t kStep = 4;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Where the string that begins at `at` ends, its quote included.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    at += json[at] == '\\' ? 1U : 0U;
  }
  return at + 1;
}

}  // namespace

std::string indent(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool is_open = false;  // a bracket whose line break waits: it may be closed at once
  const auto new_line = [&] { out.append(1, '\n').append(depth * kStep, ' '); };
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (is_blank(c)) {
      continue;
    }
    const bool closes = c == '}' || c == ']';
    depth -= closes && depth > 0 ? 1 : 0;
    if (is_open != closes) {  // the first inside, or the end of something that holds something
      new_line();
    }
    is_open = false;
    if (c == '"') {
      const auto end = end_of_string(json, at);
      out += json.substr(at, end - at);
      at = end - 1;
    } else {
      out += c;
      out += c == ':' ? " " : "";
    }
    if (c == '{' || c == '[') {
      ++depth;
      is_open = true;
    } else if (c == ',') {
      new_line();
    }
  }
  return out;
}

}  // namespace ingot::docker
