// SPDX-License-Identifier: Apache-2.0
#include "containerd/toml.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ingot::containerd {
namespace {

[[noreturn]] void refuse(std::string cause) {
  throw base::Error(base::ErrorCode::invalid_input, "this is not TOML that can be read", std::move(cause));
}

[[noreturn]] void refuse_odd_text() {
  refuse("a key or a value is not written as TOML has it");
}

}  // namespace
}  // namespace ingot::containerd

// toml++ 3.3 asserts what texts such as "[@" break; that is to be an error, whatever the build.
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : ingot::containerd::refuse_odd_text())
#include <toml++/toml.h>

namespace ingot::containerd {
namespace {

using nlohmann::json;

// Each dot of a key is a level, and levels cost stack. Real configurations have some hundreds.
constexpr std::ptrdiff_t kMostDots = 4000;

json to_json(const toml::node& node);

json to_object(const toml::table& table) {
  json object = json::object();
  for (const auto& [key, value] : table) {
    object[std::string(key.str())] = to_json(value);
  }
  return object;
}

json to_list(const toml::array& array) {
  json list = json::array();
  for (const auto& item : array) {
    list.push_back(to_json(item));
  }
  return list;
}

json to_number(const toml::value<double>& value) {
  if (!std::isfinite(value.get())) {
    refuse(fmt::format("line {}: a number that is not finite", value.source().begin.line));
  }
  return value.get();
}

json to_json(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return to_object(*node.as_table());
    case toml::node_type::array:
      return to_list(*node.as_array());
    case toml::node_type::string:
      return node.as_string()->get();
    case toml::node_type::integer:
      return node.as_integer()->get();
    case toml::node_type::floating_point:
      return to_number(*node.as_floating_point());
    case toml::node_type::boolean:
      return node.as_boolean()->get();
    default:
      break;
  }
  std::ostringstream text;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                  toml::is_date_time<decltype(value)>) {
      text << value.get();
    }
  });
  return text.str();
}

// A basic string, in which everything can be said.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? key : in_quotes(key);
}

std::string value_text(const json& value);

std::string inline_table(const json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_null()) {
      text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key_text(key), value_text(value));
    }
  }
  return "{" + text + "}";
}

std::string list_text(const json& list) {
  std::string text;
  for (const auto& item : list) {
    text += (text.empty() ? "" : ", ") + value_text(item);
  }
  return "[" + text + "]";
}

std::string value_text(const json& value) {
  if (value.is_null()) {
    throw base::Error(base::ErrorCode::invalid_input, "TOML has no null, and a list holds one");
  }
  if (value.is_string()) {
    return in_quotes(value.get_ref<const std::string&>());
  }
  if (value.is_object()) {
    return inline_table(value);
  }
  return value.is_array() ? list_text(value) : value.dump();
}

void write_table(std::string& out, const std::string& path, const json& object) {
  std::string lines;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_object() && !value.is_null()) {
      lines += fmt::format("{} = {}\n", key_text(key), value_text(value));
    }
  }
  // A table that only holds tables needs no header of its own.
  if (!path.empty() && (!lines.empty() || object.empty())) {
    out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", path);
  }
  out += lines;
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      write_table(out, path.empty() ? key_text(key) : path + "." + key_text(key), value);
    }
  }
}

}  // namespace

json read_toml(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') > kMostDots) {
    refuse(fmt::format("it has more than {} dots", kMostDots));
  }
  try {
    return to_object(toml::parse(text));
  } catch (const toml::parse_error& error) {
    refuse(fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
}

std::string to_toml(const json& object) {
  std::string out;
  write_table(out, "", object);
  return out;
}

}  // namespace ingot::containerd
