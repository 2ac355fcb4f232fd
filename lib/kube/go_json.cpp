// SPDX-License-Identifier: Apache-2.0
#include "kube/go_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace ingot::kube {

namespace {

using nlohmann::json;

std::string escaped(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const bool is_special = static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&';
  return is_special ? fmt::format("\\u{:04x}", static_cast<unsigned char>(c)) : std::string(1, c);
}

void write_string(const std::string& text, std::string& out) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i, 3);
    if (rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9") {  // JavaScript takes them for ends of lines
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += escaped(text[i]);
    }
  }
  out += '"';
}

// "-1.25e+21" as Go writes it: the exponent has no leading zero.
std::string scientific(std::string_view digits, int exponent) {
  std::string text(digits.substr(0, 1));
  if (digits.size() > 1) {
    text += '.';
    text += digits.substr(1);
  }
  return fmt::format("{}e{}{}", text, exponent < 0 ? '-' : '+', std::abs(exponent));
}

std::string positional(std::string digits, int exponent) {
  if (exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    return digits + std::string(whole - digits.size(), '0');
  }
  return digits.insert(whole, ".");
}

// The shortest digits that read back as the same number; positional between 1e-6 and 1e21.
std::string write_double(double value) {
  std::array<char, 40> buffer{};
  const double size = std::abs(value);
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), size, std::chars_format::scientific);
  const std::string text(buffer.data(), end.ptr);
  const std::size_t mark = text.find('e');
  std::string digits = text.substr(0, mark);
  std::erase(digits, '.');
  const int exponent = std::atoi(text.c_str() + mark + 1);
  const bool is_positional = size == 0 || (size >= 1e-6 && size < 1e21);
  return (std::signbit(value) ? "-" : "") +
         (is_positional ? positional(std::move(digits), exponent) : scientific(digits, exponent));
}

void write(const json& value, std::string& out);

void write_array(const json& value, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < value.size(); ++i) {
    out += i > 0 ? "," : "";
    write(value[i], out);
  }
  out += ']';
}

// nlohmann::json keeps its keys sorted by bytes, as Go sorts them.
void write_object(const json& value, std::string& out) {
  out += '{';
  const char* separator = "";
  for (const auto& [key, member] : value.items()) {
    out += separator;
    write_string(key, out);
    out += ':';
    write(member, out);
    separator = ",";
  }
  out += '}';
}

void write(const json& value, std::string& out) {
  switch (value.type()) {
    case json::value_t::object:
      return write_object(value, out);
    case json::value_t::array:
      return write_array(value, out);
    case json::value_t::string:
      return write_string(value.get_ref<const std::string&>(), out);
    case json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case json::value_t::number_integer:
      out += std::to_string(value.get<std::int64_t>());
      return;
    case json::value_t::number_unsigned: {
      const auto number = value.get<std::uint64_t>();
      // Go has read larger ones as floating point.
      out += number <= INT64_MAX ? std::to_string(number) : write_double(static_cast<double>(number));
      return;
    }
    case json::value_t::number_float:
      out += write_double(value.get<double>());
      return;
    case json::value_t::null:
    case json::value_t::binary:
    case json::value_t::discarded:
      out += "null";
  }
}

}  // namespace

std::string to_go_json(const json& value) {
  std::string text;
  write(value, text);
  return text;
}

}  // namespace ingot::kube
