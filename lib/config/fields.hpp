// SPDX-License-Identifier: Apache-2.0
// Internal to lib/config: what a cluster file may say, described once. The reader, the JSON Schema, the
// canonical text and the hints for misplaced keys all walk this description with a visitor of their own.
#pragma once

#include "config/choices.hpp"
#include "config/cluster_spec.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::config {

struct Field {
  std::string_view name;
  std::string_view about;         // one sentence, for the schema
  std::string_view default_text;  // where it is always the same; for the schema
  Dialect dialect = Dialect::kind;
  bool required = false;
  std::string_view pattern;  // of texts, as ECMA 262 has it; for the schema, validate() says it in words
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

// A field that takes one of a few words.
struct Word {
  std::vector<std::string_view> known;
  std::function<std::string_view()> get;
  std::function<void(std::size_t)> set;
  bool any_case = false;
};

class FieldVisitor;
using Describe = std::function<void(FieldVisitor&)>;

// A list of mappings.
struct Items {
  std::function<std::size_t()> size;
  std::function<void()> add;
  std::function<void(std::size_t, FieldVisitor&)> describe;
  Describe describe_new;  // an item that is in no list
};

class FieldVisitor {
 public:
  FieldVisitor() = default;
  FieldVisitor(const FieldVisitor&) = delete;
  FieldVisitor& operator=(const FieldVisitor&) = delete;
  virtual ~FieldVisitor() = default;

  virtual void text(const Field& field, std::string& value) = 0;
  virtual void texts(const Field& field, std::vector<std::string>& values) = 0;
  virtual void optional_texts(const Field& field, std::optional<std::vector<std::string>>& values) = 0;
  virtual void number(const Field& field, int& value) = 0;
  virtual void number(const Field& field, std::int64_t& value) = 0;
  virtual void number(const Field& field, std::optional<std::int64_t>& value) = 0;
  virtual void flag(const Field& field, bool& value) = 0;
  virtual void text_map(const Field& field, std::map<std::string, std::string>& values) = 0;
  virtual void flag_map(const Field& field, std::map<std::string, bool>& values) = 0;
  virtual void word(const Field& field, const Word& word) = 0;
  virtual void group(const Field& field, const Describe& describe) = 0;
  virtual void list(const Field& field, const Items& items) = 0;

  template <typename T, std::size_t N>
  void choice(const Field& field, const Choices<T, N>& choices, T& value, bool any_case = false) {
    Word of{.get = [&value] { return std::string_view(to_text(value)); },
            .set = [&value, &choices](std::size_t at) { value = choices[at].second; },
            .any_case = any_case};
    for (const auto& [name, meaning] : choices) {
      of.known.push_back(name);
    }
    word(field, of);
  }
};

// Every field but apiVersion and kind, in the order in which people write them.
void describe(FieldVisitor& visitor, ClusterSpec& spec);

}  // namespace ingot::config
