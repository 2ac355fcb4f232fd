// SPDX-License-Identifier: Apache-2.0
// A YAML document as a value that can be changed and written back without changing what we do not know: other
// tools' strings stay strings ("1.30", "yes", "0123"), their order, tags and flow style stay. Comments go and
// aliases and merge keys are expanded. lib/yaml reads; the writer is ours, because yaml-cpp's drops the
// quotes that tell a string from a number. Internal to lib/kubeconfig. Throws base::Error{invalid_input} that
// names file and line.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::kubeconfig {

struct Member;

struct Value {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;             // of a scalar
  bool quoted = false;          // a scalar that is a string whatever it looks like
  std::string tag;              // explicit tag as it is written ("!!binary", "!x"), or empty
  bool flow = false;            // [a, b] or {a: b}
  std::vector<Value> items;     // of a list
  std::vector<Member> members;  // of a map, in the order of the file
  int line = 0;                 // where it began, from 1; 0 when we made it

  // The member of that key, or null. Of several, the first.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  // The member of that key, appended if missing.
  Value& at_or_add(std::string_view key);
};

struct Member {
  Value key;
  Value value;
};

// A string; with quotes where it could be taken for something else.
[[nodiscard]] Value make_text(std::string text);
// A plain scalar, for words that YAML reads as text anyway ("v1", "Config").
[[nodiscard]] Value make_plain(std::string text);
[[nodiscard]] Value make_map(std::vector<std::pair<std::string, Value>> members);

// Reads one document; an empty text gives an empty map. `file` is for messages.
[[nodiscard]] Value parse_document(const std::string& text, const std::string& file);

// Writes a document and checks, by reading it again, that nothing was lost. Throws Error{unsupported} if so.
[[nodiscard]] std::string emit_document(const Value& document, const std::string& file);

// The writer alone.
[[nodiscard]] std::string to_yaml(const Value& document);

// Whether a text may stand without quotes; false for what only quotes can carry.
[[nodiscard]] bool can_stay_plain(std::string_view text, bool in_flow);

}  // namespace ingot::kubeconfig
