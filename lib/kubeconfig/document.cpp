// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/document.hpp"

#include "base/error.hpp"
#include "kubeconfig/refusal.hpp"
#include "yaml/document.hpp"

#include <fmt/format.h>

#include <cctype>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;

// Kubeconfigs carry certificates and keys, so they may be longer than what people write by hand.
constexpr yaml::Limits kLimits{.bytes = std::size_t{16} << 20, .nodes = 1'000'000};

// A tag as it was written: "!!binary", "!local" or "!<uri>".
std::string written_tag(const std::string& tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag.empty() || tag == "!") {
    return {};
  }
  if (tag.starts_with(kCore)) {
    return "!!" + tag.substr(kCore.size());
  }
  return tag.starts_with("!") ? tag : "!<" + tag + ">";
}

Value read(const yaml::Node& node, const std::string& file) {
  Value value{.text = node.text, .tag = written_tag(node.tag), .flow = node.flow, .line = node.line};
  switch (node.kind) {
    case yaml::Kind::null:
      break;
    case yaml::Kind::scalar:
      value.kind = Value::Kind::scalar;
      value.quoted = node.tag == "!";
      break;
    case yaml::Kind::sequence:
      value.kind = Value::Kind::list;
      for (const yaml::Node& item : node.items) {
        value.items.push_back(read(item, file));
      }
      break;
    case yaml::Kind::mapping:
      value.kind = Value::Kind::map;
      for (const auto& [key, member] : node.entries) {
        if (key.kind != yaml::Kind::scalar) {
          refuse(file, key.line, "a key that is not a text");
        }
        value.members.push_back({read(key, file), read(member, file)});
      }
  }
  return value;
}

std::vector<yaml::Node> load(const std::string& text, const std::string& file) {
  try {
    return yaml::parse_all(text, kLimits);
  } catch (const Error& error) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = "the kubeconfig '" + file + "' is not valid",
                 .cause = error.failure().problems.empty() ? error.failure().cause
                                                           : error.failure().problems.front()});
  }
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key.text == key) {
      return &member.value;
    }
  }
  return nullptr;
}

Value* Value::find(std::string_view key) {
  for (Member& member : members) {
    if (member.key.text == key) {
      return &member.value;
    }
  }
  return nullptr;
}

Value& Value::at_or_add(std::string_view key) {
  if (Value* found = find(key)) {
    return *found;
  }
  kind = Kind::map;
  members.push_back({make_plain(std::string(key)), Value{}});
  return members.back().value;
}

Value make_text(std::string text) {
  Value value;
  value.kind = Value::Kind::scalar;
  value.text = std::move(text);
  // No word that YAML reads as something else than text ("false", "0x1", ".inf") is longer and begins so.
  const bool begins_with_letter =
      !value.text.empty() && std::isalpha(static_cast<unsigned char>(value.text[0]));
  value.quoted = !begins_with_letter || value.text.size() <= 5 || !can_stay_plain(value.text, false);
  return value;
}

Value make_plain(std::string text) {
  Value value;
  value.kind = Value::Kind::scalar;
  value.text = std::move(text);
  return value;
}

Value make_map(std::vector<std::pair<std::string, Value>> members) {
  Value value;
  value.kind = Value::Kind::map;
  for (auto& [key, member] : members) {
    value.members.push_back({make_plain(std::move(key)), std::move(member)});
  }
  return value;
}

Value parse_document(const std::string& text, const std::string& file) {
  const std::vector<yaml::Node> documents = load(text, file);
  if (documents.size() > 1) {
    refuse(file, documents[1].line, "a second YAML document");
  }
  Value root;
  if (!documents.empty()) {
    root = read(documents.front(), file);
  }
  if (root.kind == Value::Kind::null) {
    root.kind = Value::Kind::map;
  }
  if (root.kind != Value::Kind::map) {
    refuse(file, root.line, "not a map of settings");
  }
  return root;
}

}  // namespace ingot::kubeconfig
