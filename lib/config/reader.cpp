// SPDX-License-Identifier: Apache-2.0
#include "config/reader.hpp"

#include "config/homes.hpp"
#include "config/load.hpp"
#include "config/suggest.hpp"
#include "yaml/scalar.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdint>
#include <limits>

namespace ingot::config {
namespace {

std::string what_is(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::mapping:
      return "a mapping";
    case yaml::Kind::sequence:
      return "a list";
    case yaml::Kind::null:
      return "nothing";
    case yaml::Kind::scalar:
      break;
  }
  return (node.tag == "!" ? "the text " : "") + shown(node.text);
}

// "010": eight in YAML 1.1, ten in YAML 1.2.
bool has_ambiguous_zero(std::string_view digits) {
  digits.remove_prefix(!digits.empty() && (digits[0] == '-' || digits[0] == '+') ? 1 : 0);
  return digits.size() > 1 && digits[0] == '0' && digits.find_first_not_of("0123456789_") == digits.npos;
}

std::string upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

std::string hint_for(const std::string& key, const std::vector<std::string_view>& known, Dialect dialect) {
  const auto home = home_of(key);
  if (home && home->dialect == Dialect::ingot && dialect == Dialect::kind) {
    return fmt::format("; it belongs {} of a file with 'apiVersion: {}'", home->place, kIngotApiVersion);
  }
  if (home) {
    return fmt::format("; it belongs {}", home->place);
  }
  if (const auto near = closest(key, known); !near.empty()) {
    return fmt::format("; did you mean '{}'?", near);
  }
  return fmt::format("; known here: {}", fmt::join(known, ", "));
}

}  // namespace

std::string or_list(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    list += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    list += fmt::format("'{}'", words[i]);
  }
  return list;
}

void Reader::problem(int line, const std::string& path, std::string text) {
  problems_.push_back({.line = line, .path = path, .text = std::move(text)});
}

bool Reader::take_key(const yaml::Node& key, const std::string& path, std::map<std::string, int>& seen) {
  if (key.kind != yaml::Kind::scalar) {
    problem(key.line, path, fmt::format("a key must be a text, and this is {}", what_is(key)));
    return false;
  }
  const auto [first, is_new] = seen.emplace(key.text, key.line);
  if (!is_new) {
    problem(key.line, child_path(path, key.text),
            fmt::format("given twice, first in line {}", first->second));
  }
  return is_new;
}

void Reader::mapping(const yaml::Node& node, const std::string& path, const std::vector<Field>& fields) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  if (node.kind != yaml::Kind::mapping) {
    return problem(node.line, path, fmt::format("wants keys and values, and this is {}", what_is(node)));
  }
  std::map<std::string, int> seen;
  for (const yaml::Node::Entry& entry : node.entries) {
    if (!take_key(entry.key, path, seen)) {
      continue;
    }
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& known) { return known.name == entry.key.text; });
    if (field == fields.end()) {
      unknown_key(entry.key, path, fields);
      continue;
    }
    const auto at = child_path(path, field->name);
    lines_[at] = entry.key.line;
    field->read(entry.value, at);
  }
}

void Reader::unknown_key(const yaml::Node& key, const std::string& path, const std::vector<Field>& fields) {
  std::vector<std::string_view> known;
  for (const Field& field : fields) {
    known.push_back(field.name);
  }
  problem(key.line, child_path(path, key.text), "unknown key" + hint_for(key.text, known, dialect_));
}

void Reader::free_mapping(
    const yaml::Node& node, const std::string& path,
    const std::function<void(const std::string& key, const yaml::Node&, const std::string&)>& read) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  if (node.kind != yaml::Kind::mapping) {
    return problem(node.line, path, fmt::format("wants keys and values, and this is {}", what_is(node)));
  }
  std::map<std::string, int> seen;
  for (const auto& [key, value] : node.entries) {
    if (take_key(key, path, seen)) {
      const auto at = child_path(path, key.text);
      lines_[at] = key.line;
      read(key.text, value, at);
    }
  }
}

void Reader::sequence(const yaml::Node& node, const std::string& path, const Read& read_item) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  if (node.kind != yaml::Kind::sequence) {
    return problem(node.line, path, fmt::format("wants a list, and this is {}", what_is(node)));
  }
  std::size_t count = 0;
  for (const yaml::Node& item : node.items) {
    if (item.kind != yaml::Kind::null) {
      const auto at = fmt::format("{}[{}]", path, count++);
      lines_[at] = item.line;
      read_item(item, at);
    }
  }
}

void Reader::text(const yaml::Node& node, const std::string& path, std::string& out) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  if (node.kind != yaml::Kind::scalar) {
    return problem(node.line, path, fmt::format("wants a text, and this is {}", what_is(node)));
  }
  if (node.text.find('\0') != std::string::npos) {
    return problem(node.line, path, "holds a NUL character");
  }
  if (node.tag == "tag:yaml.org,2002:binary") {
    return problem(node.line, path, "is written as binary; write the text itself");
  }
  out = node.text;
}

void Reader::texts(const yaml::Node& node, const std::string& path, std::vector<std::string>& out) {
  sequence(node, path,
           [&](const yaml::Node& item, const std::string& at) { text(item, at, out.emplace_back()); });
}

void Reader::text_map(const yaml::Node& node, const std::string& path,
                      std::map<std::string, std::string>& out) {
  free_mapping(node, path, [&](const std::string& key, const yaml::Node& value, const std::string& at) {
    text(value, at, out[key]);
  });
}

void Reader::whole_number(const yaml::Node& node, const std::string& path, std::int64_t& out) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  const bool is_quoted = node.kind == yaml::Kind::scalar && node.tag == "!";
  if (node.kind == yaml::Kind::scalar && !is_quoted && has_ambiguous_zero(node.text)) {
    return problem(
        node.line, path,
        fmt::format("{} is octal to some readers; write it without the leading zero", shown(node.text)));
  }
  const auto scalar = node.kind == yaml::Kind::scalar ? yaml::resolve(node) : yaml::Scalar{};
  const auto* value = std::get_if<std::int64_t>(&scalar);
  if (value == nullptr) {
    return problem(node.line, path,
                   fmt::format("wants a whole number, and this is {}{}", what_is(node),
                               is_quoted ? " (numbers stand without quotes)" : ""));
  }
  out = *value;
}

void Reader::whole_number(const yaml::Node& node, const std::string& path, int& out) {
  std::int64_t value = out;
  whole_number(node, path, value);
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    return problem(node.line, path, fmt::format("{} is out of range", shown(node.text)));
  }
  out = static_cast<int>(value);
}

void Reader::flag(const yaml::Node& node, const std::string& path, bool& out) {
  if (node.kind == yaml::Kind::null) {
    return;
  }
  const auto scalar = node.kind == yaml::Kind::scalar ? yaml::resolve(node) : yaml::Scalar{};
  const auto* value = std::get_if<bool>(&scalar);
  if (value == nullptr) {
    const auto* hint =
        node.kind == yaml::Kind::scalar && node.tag == "!" ? " (they stand without quotes)" : "";
    return problem(node.line, path,
                   fmt::format("wants true or false, and this is {}{}", what_is(node), hint));
  }
  out = *value;
}

void Reader::word(const yaml::Node& node, const std::string& path, const Word& word) {
  std::string given;
  text(node, path, given);
  if (given.empty()) {
    return;
  }
  for (std::size_t i = 0; i < word.known.size(); ++i) {
    if (word.known[i] == (word.any_case ? upper(given) : given)) {
      return word.set(i);
    }
  }
  problem(node.line, path, fmt::format("unknown value {}; use {}", shown(given), or_list(word.known)));
}

}  // namespace ingot::config
