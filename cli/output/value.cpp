// SPDX-License-Identifier: Apache-2.0
#include "output/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ingot::cli::output {

namespace {

// How many bytes the UTF-8 character at the start of `text` has; 0 when it is none (RFC 3629).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<unsigned char>(at < text.size() ? text[at] : 0);
  };
  const auto continues = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF && continues(1)) {
    return 2;
  }
  if (first >= 0xE0 && first <= 0xEF && continues(1) && continues(2)) {
    const unsigned second = byte(1);
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4 && continues(1) && continues(2) && continues(3)) {
    const unsigned second = byte(1);
    const bool outside = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
    return outside ? 0 : 4;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out += c;
      }
  }
}

// A JSON string, which is a double-quoted YAML scalar as well.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 1) {
      append_escaped(out, text.front());
    } else if (size == 0) {
      out += "\\ufffd";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out + "\"";
}

// Unquoted only what no reader takes for anything but this text.
std::string yaml_text(const std::string& text) {
  constexpr std::array<std::string_view, 9> kWords{"true", "false", "yes", "no", "on",
                                                   "off",  "null",  "y",   "n"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_plain = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/' || c == '.';
  };
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool plain = !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, is_plain) &&
                     std::ranges::find(kWords, lower) == kWords.end();
  return plain ? text : in_quotes(text);
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", std::round(value * 1000) / 1000) : "null";
}

std::string scalar(const Value& value, bool yaml) {
  struct Visitor {
    bool yaml;
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t whole) const { return fmt::format("{}", whole); }
    std::string operator()(double real) const { return number(real); }
    std::string operator()(const std::string& text) const { return yaml ? yaml_text(text) : in_quotes(text); }
    std::string operator()(const Value::List&) const { return "[]"; }
    std::string operator()(const Value::Object&) const { return "{}"; }
  };
  return std::visit(Visitor{yaml}, value.data());
}

bool is_nested(const Value& value) {
  const auto* list = std::get_if<Value::List>(&value.data());
  const auto* object = std::get_if<Value::Object>(&value.data());
  return (list != nullptr && !list->empty()) || (object != nullptr && !object->empty());
}

// `indent` negative: everything on one line.
void write_json(std::string& out, const Value& value, int indent) {
  if (!is_nested(value)) {
    out += scalar(value, false);
    return;
  }
  const int inner = indent < 0 ? -1 : indent + 2;
  const std::string line_break = indent < 0 ? "" : "\n" + std::string(static_cast<std::size_t>(inner), ' ');
  const std::string closing = indent < 0 ? "" : "\n" + std::string(static_cast<std::size_t>(indent), ' ');
  const char* separator = "";
  if (const auto* list = std::get_if<Value::List>(&value.data())) {
    out += '[';
    for (const auto& item : *list) {
      out += separator + line_break;
      write_json(out, item, inner);
      separator = ",";
    }
    out += closing + "]";
    return;
  }
  out += '{';
  for (const auto& [key, item] : std::get<Value::Object>(value.data())) {
    out += separator + line_break + in_quotes(key) + (indent < 0 ? ":" : ": ");
    write_json(out, item, inner);
    separator = ",";
  }
  out += closing + "}";
}

void write_yaml(std::string& out, const Value& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (const auto* list = std::get_if<Value::List>(&value.data())) {
    for (const auto& item : *list) {
      std::string text;
      write_yaml(text, item, indent + 2);
      out += margin + "- " + (is_nested(item) ? text.substr(indent + 2) : text);
    }
    return;
  }
  if (!is_nested(value)) {
    out += scalar(value, true) + "\n";
    return;
  }
  for (const auto& [key, item] : std::get<Value::Object>(value.data())) {
    out += margin + yaml_text(key) + ":";
    if (!is_nested(item)) {
      out += " " + scalar(item, true) + "\n";
      continue;
    }
    out += "\n";
    write_yaml(out, item, indent + (std::holds_alternative<Value::Object>(item.data()) ? 2 : 0));
  }
}

}  // namespace

std::string Value::to_json() const {
  std::string out;
  write_json(out, *this, 0);
  return out + "\n";
}

std::string Value::to_json_line() const {
  std::string out;
  write_json(out, *this, -1);
  return out;
}

std::string Value::to_yaml() const {
  std::string out;
  if (const auto* list = std::get_if<List>(&value_); list != nullptr && list->empty()) {
    return "[]\n";
  }
  write_yaml(out, *this, 0);
  return out;
}

}  // namespace ingot::cli::output
