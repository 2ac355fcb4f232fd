// SPDX-License-Identifier: Apache-2.0
#include "yaml/json.hpp"

#include "base/error.hpp"
#include "yaml/scalar.hpp"
#include "yaml/text_check.hpp"

#include <fmt/format.h>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

namespace ingot::yaml {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(int line, std::string_view what) {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = "this YAML has no JSON form",
                     .problems = {fmt::format("line {}: {}", line, what)}});
}

// JSON knows no integers; Go writes 1.0 as 1, and decoders of integer fields rely on that.
json number(double value, int line) {
  if (!std::isfinite(value)) {
    refuse(line, "not a finite number");
  }
  constexpr double kLargest = 9.0e18;
  if (std::trunc(value) == value && std::abs(value) < kLargest) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

struct ScalarToJson {
  int line;
  json operator()(std::monostate) const { return nullptr; }
  json operator()(double value) const { return number(value, line); }
  json operator()(const std::string& text) const {
    if (!is_utf8(text)) {  // only "!!binary" makes such a string: the text as a whole was checked
      refuse(line, "binary data that is not text");
    }
    return text;
  }
  template <typename T>
  json operator()(const T& value) const {
    return value;
  }
};

std::string to_key(const Node& key) {
  if (key.kind == Kind::null) {
    refuse(key.line, "a key is missing");
  }
  if (key.kind != Kind::scalar) {
    refuse(key.line, "a key must be a scalar");
  }
  const json value = to_json(key);
  return value.is_string() ? value.get<std::string>() : value.is_null() ? key.text : value.dump();
}

bool is_plain_key(const std::string& key) {
  if (key.empty() || key.size() > 128) {
    return false;
  }
  for (const char c : key) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '/';
    if (!letter && !(other && &c != key.data())) {
      return false;
    }
  }
  return std::holds_alternative<std::string>(resolve(Node{.kind = Kind::scalar, .text = key}));
}

// Writes `value` after "key:" or "-", whose line has no end yet.
class Writer {
 public:
  void write(const json& value, std::size_t indent) {
    if (value.is_object() && !value.empty()) {
      write_object(value, indent);
    } else if (value.is_array() && !value.empty()) {
      write_array(value, indent);
    } else {
      out_ += value.is_string() ? quote(value.get_ref<const std::string&>()) : value.dump();
      out_ += '\n';
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static bool is_block(const json& value) { return value.is_structured() && !value.empty(); }

  void write_object(const json& object, std::size_t indent) {
    bool first = true;
    for (const auto& [key, value] : object.items()) {
      start_line(std::exchange(first, false), indent);
      out_ += (is_plain_key(key) ? key : quote(key)) + ":";
      out_ += is_block(value) ? "\n" : " ";
      const bool is_list = value.is_array();
      if (is_block(value)) {
        out_.append(is_list ? indent : indent + 2, ' ');
      }
      write(value, is_list ? indent : indent + 2);
    }
  }

  void write_array(const json& array, std::size_t indent) {
    bool first = true;
    for (const json& item : array) {
      start_line(std::exchange(first, false), indent);
      out_ += "- ";
      write(item, indent + 2);
    }
  }

  // The caller has indented the first line already.
  void start_line(bool is_first, std::size_t indent) {
    if (!is_first) {
      out_.append(indent, ' ');
    }
  }

  std::string out_;
};

// Length of the UTF-8 sequence at the front of `text` when it is one that YAML wants escaped (C1 controls,
// line and paragraph separators, byte order mark), else 0; `code` is what it encodes.
std::size_t special_length(std::string_view text, unsigned& code) {
  if (text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0) {
    code = static_cast<unsigned char>(text[1]);
    return 2;
  }
  const auto three = text.substr(0, 3);
  if (three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") {
    code = three[2] == '\xA8' ? 0x2028 : 0x2029;
    return 3;
  }
  if (three == "\xEF\xBB\xBF") {
    code = 0xFEFF;
    return 3;
  }
  return 0;
}

}  // namespace

json to_json(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return nullptr;
    case Kind::scalar:
      return std::visit(ScalarToJson{node.line}, resolve(node));
    case Kind::sequence: {
      json array = json::array();
      for (const Node& item : node.items) {
        array.push_back(to_json(item));
      }
      return array;
    }
    case Kind::mapping: {
      json object = json::object();
      for (const auto& [key, value] : node.entries) {
        object[to_key(key)] = to_json(value);
      }
      return object;
    }
  }
  return nullptr;
}

std::vector<json> read_json(std::string_view yaml, const Limits& limits) {
  std::vector<json> documents;
  for (const Node& document : parse_all(yaml, limits)) {
    documents.push_back(to_json(document));
  }
  return documents;
}

std::string to_yaml(const json& value) {
  Writer writer;
  writer.write(value, 0);
  return writer.take();
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    unsigned code = 0;
    if (const auto length = special_length(text.substr(at), code); length > 0) {
      quoted += fmt::format("\\u{:04X}", code);
      at += length;
      continue;
    }
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if ((c >= 0 && c < ' ') || c == 0x7F) {
      quoted += fmt::format("\\x{:02X}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
    ++at;
  }
  return quoted + "\"";
}

}  // namespace ingot::yaml
