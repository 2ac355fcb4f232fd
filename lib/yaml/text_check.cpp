// SPDX-License-Identifier: Apache-2.0
#include "yaml/text_check.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <cstddef>
#include <cstdint>

namespace ingot::yaml {
namespace {

// How long a UTF-8 sequence that starts with `lead` is; 0 when none does.
std::size_t length_for(unsigned lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xC2 || lead > 0xF4) {
    return 0;  // a continuation byte, an overlong form, or beyond U+10FFFF
  }
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

bool is_code_point(std::uint32_t code, std::size_t length) {
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return !is_overlong && !is_surrogate && code <= 0x10FFFF;
}

// Length of the UTF-8 sequence that starts at `at`, or 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const auto length = length_for(lead);
  if (length < 2 || text.size() - at < length) {
    return length < 2 ? length : 0;
  }
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (const char next : text.substr(at + 1, length - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  return is_code_point(code, length) ? length : 0;
}

bool is_control(char c) {
  return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0) {
      return false;
    }
    at += length;
  }
  return true;
}

void check_is_text(std::string_view text) {
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0 || is_control(text[at])) {
      const auto* what = length == 0 ? "is not UTF-8 text" : "holds a control character";
      throw base::Error({.code = base::ErrorCode::invalid_input,
                         .message = "this is not YAML",
                         .problems = {fmt::format("line {}: {}", line, what)}});
    }
    line += text[at] == '\n' ? 1 : 0;
    at += length;
  }
}

}  // namespace ingot::yaml
