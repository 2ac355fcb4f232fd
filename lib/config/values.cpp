// SPDX-License-Identifier: Apache-2.0
#include "config/values.hpp"

#include "config/fields.hpp"
#include "config/problem.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>

namespace ingot::config {
namespace {

class Lister final : public FieldVisitor {
 public:
  Lister(std::vector<Value>& out, std::string path) : out_(out), path_(std::move(path)) {}

  void text(const Field& field, std::string& value) override {
    if (field.dialect == Dialect::kind || !value.empty()) {
      add(at(field), value);
    }
  }
  void texts(const Field& field, std::vector<std::string>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      add(fmt::format("{}[{}]", at(field), i), values[i]);
    }
  }
  void optional_texts(const Field& field, std::optional<std::vector<std::string>>& values) override {
    if (values) {
      add(at(field), static_cast<std::int64_t>(values->size()));  // an empty list says something, too
      texts(field, *values);
    }
  }
  void number(const Field& field, int& value) override { add(at(field), std::int64_t{value}); }
  void number(const Field& field, std::int64_t& value) override { add(at(field), value); }
  void number(const Field& field, std::optional<std::int64_t>& value) override {
    if (value) {
      add(at(field), *value);
    }
  }
  void flag(const Field& field, bool& value) override { add(at(field), value); }
  void text_map(const Field& field, std::map<std::string, std::string>& values) override {
    for (const auto& [key, value] : values) {
      add_keyed(field, key, value);
    }
  }
  void flag_map(const Field& field, std::map<std::string, bool>& values) override {
    for (const auto& [key, value] : values) {
      add_keyed(field, key, value);
    }
  }
  void word(const Field& field, const Word& word) override { add(at(field), std::string(word.get())); }
  void group(const Field& field, const Describe& describe_group) override {
    Lister inner(out_, at(field));
    describe_group(inner);
  }
  void list(const Field& field, const Items& items) override {
    for (std::size_t i = 0; i < items.size(); ++i) {
      Lister inner(out_, fmt::format("{}[{}]", at(field), i));
      items.describe(i, inner);
    }
  }

 private:
  template <typename T>
  void add(std::string path, T value) {
    out_.push_back({.path = path, .exact = path, .value = std::move(value)});
  }
  template <typename T>
  void add_keyed(const Field& field, const std::string& key, T value) {
    out_.push_back({.path = child_path(at(field), key),
                    .exact = fmt::format("{}.{}", at(field), yaml::quote(key)),
                    .value = std::move(value)});
  }
  [[nodiscard]] std::string at(const Field& field) const { return child_path(path_, field.name); }

  std::vector<Value>& out_;
  std::string path_;
};

struct AsText {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return yaml::quote(value); }
};

}  // namespace

std::vector<Value> values_of(const ClusterSpec& spec) {
  std::vector<Value> values;
  Lister lister(values, "");
  ClusterSpec walked = spec;  // the description is made for readers, too, which write
  describe(lister, walked);
  return values;
}

// One line per value; texts are quoted, so no value can imitate another line.
std::string to_canonical_text(const ClusterSpec& spec) {
  std::string text;
  for (const Value& value : values_of(spec)) {
    text += value.exact + ": " + std::visit(AsText{}, value.value) + "\n";
  }
  return text;
}

}  // namespace ingot::config
