// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/document.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t kMaxSize = 16U * 1024 * 1024;
constexpr std::size_t kMaxValues = 1'000'000;  // aliases of aliases multiply
constexpr int kMaxDepth = 64;                  // also ends an alias that contains itself

[[noreturn]] void refuse(const std::string& file, int line, const std::string& cause) {
  throw Error(ErrorCode::invalid_input, "the kubeconfig '" + file + "' is not valid",
              line > 0 ? fmt::format("line {}: {}", line, cause) : cause);
}

// How many bytes the UTF-8 sequence that begins with `lead` has; 0 for a byte that cannot begin one.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    return 3;
  }
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(text[i]));
    if (length == 0 || length > text.size() - i) {
      return false;
    }
    const std::string_view rest = text.substr(i + 1, length - 1);
    if (!std::ranges::all_of(rest, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; })) {
      return false;
    }
    i += length;
  }
  return true;
}

// yaml-cpp's tags are "?" (none), "!" (quoted), "!local" or a URI.
std::string written_tag(const std::string& tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag.empty() || tag == "?" || tag == "!") {
    return {};
  }
  if (tag.starts_with(kCore)) {
    return "!!" + tag.substr(kCore.size());
  }
  return tag.starts_with("!") ? tag : "!<" + tag + ">";
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Value read(const YAML::Node& node, int depth) {
    const int line = node.Mark().line + 1;
    if (depth > kMaxDepth || ++values_ > kMaxValues) {
      refuse(file_, line, "too deeply nested or too large");
    }
    Value value;
    value.line = line;
    value.tag = written_tag(node.Tag());
    value.flow = node.Style() == YAML::EmitterStyle::Flow;
    if (node.IsScalar()) {
      value.kind = Value::Kind::scalar;
      value.text = node.Scalar();
      value.quoted = node.Tag() == "!";
    } else if (node.IsSequence()) {
      value.kind = Value::Kind::list;
      for (const YAML::Node& item : node) {
        value.items.push_back(read(item, depth + 1));
      }
    } else if (node.IsMap()) {
      value.kind = Value::Kind::map;
      read_members(value, node, depth);
    }
    return value;
  }

 private:
  void read_members(Value& value, const YAML::Node& node, int depth) {
    for (const auto& member : node) {
      Value key = read(member.first, depth + 1);
      if (key.kind != Value::Kind::scalar) {
        refuse(file_, key.line, "a key that is not a text");
      }
      value.members.push_back({std::move(key), read(member.second, depth + 1)});
    }
  }

  const std::string& file_;
  std::size_t values_ = 0;
};

std::vector<YAML::Node> load(const std::string& text, const std::string& file) {
  try {
    return YAML::LoadAll(text);
  } catch (const YAML::Exception& error) {
    refuse(file, error.mark.is_null() ? 0 : error.mark.line + 1, error.msg);
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
  if (text.size() > kMaxSize) {
    refuse(file, 0, fmt::format("larger than {} MiB", kMaxSize / 1024 / 1024));
  }
  if (!is_utf8(text) || text.find('\0') != std::string::npos) {
    refuse(file, 0, "not a UTF-8 text");
  }
  const std::vector<YAML::Node> documents = load(text, file);
  if (documents.size() > 1) {
    refuse(file, documents[1].Mark().line + 1, "a second YAML document");
  }
  Value root;
  if (!documents.empty()) {
    root = Reader(file).read(documents.front(), 0);
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
