// SPDX-License-Identifier: Apache-2.0
// YAML text as a tree of plain values that remembers lines, quoting and tags. Aliases and merge keys ("<<")
// are already expanded; duplicate keys are kept, so that a strict reader can refuse them.
// Input is untrusted: size, depth and expansion are limited. Errors are Error{invalid_input} whose
// `problems` hold one "line N: ..." each. The grammar is yaml-cpp's; the typing of scalars is in scalar.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::yaml {

enum class Kind { null, scalar, sequence, mapping };

struct Node {
  struct Entry;

  Kind kind = Kind::null;
  std::string text;   // of a scalar, unquoted and unescaped
  std::string tag;    // "" for a plain scalar without one, "!" for a quoted one, else the whole tag
  bool flow = false;  // [a, b] or {a: b}
  int line = 0;       // counted from 1
  std::vector<Node> items;
  std::vector<Entry> entries;
};

struct Node::Entry {
  Node key;
  Node value;
};

// What a text may cost. Small texts can be written that aliases blow up to any size.
struct Limits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t nodes = 100'000;
  std::size_t copied_nodes = 20'000;
  std::size_t copied_bytes = std::size_t{4} << 20;
  std::size_t depth = 64;
};

// For manifests, which are longer than what people write by hand.
[[nodiscard]] Limits manifest_limits();

// The first document; a null node when there is none. Later documents are not looked at.
[[nodiscard]] Node parse_first(std::string_view text, const Limits& limits = {});

// Every document, including empty ones.
[[nodiscard]] std::vector<Node> parse_all(std::string_view text, const Limits& limits = {});

}  // namespace ingot::yaml
