// SPDX-License-Identifier: Apache-2.0
#include "config/schema.hpp"

#include "config/fields.hpp"
#include "config/load.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::config {
namespace {

using json = nlohmann::ordered_json;

// Everywhere a null means "not given", and a plain scalar in the place of a text is that text.
json text_type() {
  return {{"type", {"string", "number", "boolean", "null"}}};
}

json list_of(json item) {
  return {{"type", {"array", "null"}}, {"items", std::move(item)}};
}

json map_of(json value) {
  return {{"type", {"object", "null"}}, {"additionalProperties", std::move(value)}};
}

// "TCP" as "[Tt][Cc][Pp]": ECMA 262 has no switch for it inside a pattern.
std::string in_any_case(std::string_view word) {
  std::string pattern;
  for (const char c : word) {
    pattern +=
        c >= 'A' && c <= 'Z' ? fmt::format("[{}{}]", c, static_cast<char>(c - 'A' + 'a')) : std::string(1, c);
  }
  return pattern;
}

class SchemaWriter final : public FieldVisitor {
 public:
  explicit SchemaWriter(Dialect dialect) : dialect_(dialect) {}

  [[nodiscard]] json object() const {
    json schema = {
        {"type", {"object", "null"}}, {"additionalProperties", false}, {"properties", properties_}};
    if (!required_.empty()) {
      schema["required"] = required_;
    }
    return schema;
  }

  void text(const Field& field, std::string& /*value*/) override {
    json schema = text_type();
    if (!field.pattern.empty()) {
      schema["pattern"] = field.pattern;
    }
    add(field, schema);
  }
  void texts(const Field& field, std::vector<std::string>& /*values*/) override {
    add(field, list_of(text_type()));
  }
  void optional_texts(const Field& field, std::optional<std::vector<std::string>>& /*values*/) override {
    add(field, list_of(text_type()));
  }
  void number(const Field& field, int& /*value*/) override { add(field, number_type(field)); }
  void number(const Field& field, std::int64_t& /*value*/) override { add(field, number_type(field)); }
  void number(const Field& field, std::optional<std::int64_t>& /*value*/) override {
    add(field, number_type(field));
  }
  void flag(const Field& field, bool& /*value*/) override { add(field, {{"type", {"boolean", "null"}}}); }
  void text_map(const Field& field, std::map<std::string, std::string>& /*values*/) override {
    add(field, map_of(text_type()));
  }
  void flag_map(const Field& field, std::map<std::string, bool>& /*values*/) override {
    add(field, map_of({{"type", {"boolean", "null"}}}));
  }
  void word(const Field& field, const Word& word) override {
    if (!word.any_case) {
      json known = word.known;
      known.push_back("");
      known.push_back(nullptr);
      return add(field, {{"enum", known}});
    }
    std::vector<std::string> patterns;
    for (const auto known : word.known) {
      patterns.push_back(in_any_case(known));
    }
    add(field, {{"type", {"string", "null"}}, {"pattern", fmt::format("^({})?$", fmt::join(patterns, "|"))}});
  }
  void group(const Field& field, const Describe& describe_group) override {
    SchemaWriter inner(dialect_);
    describe_group(inner);
    add(field, inner.object());
  }
  void list(const Field& field, const Items& items) override {
    SchemaWriter inner(dialect_);
    items.describe_new(inner);
    add(field, list_of(inner.object()));
  }

 private:
  static json number_type(const Field& field) {
    json schema = {{"type", {"integer", "null"}}};
    if (field.least != std::numeric_limits<std::int64_t>::min()) {
      schema["minimum"] = field.least;
    }
    if (field.most != std::numeric_limits<std::int64_t>::max()) {
      schema["maximum"] = field.most;
    }
    return schema;
  }

  void add(const Field& field, json schema) {
    if (field.dialect == Dialect::ingot && dialect_ == Dialect::kind) {
      return;
    }
    schema["description"] = field.about;
    if (!field.default_text.empty()) {
      schema["description"] = fmt::format("{} (default: {})", field.about, field.default_text);
    }
    properties_[std::string(field.name)] = std::move(schema);
    if (field.required) {
      required_.emplace_back(field.name);
    }
  }

  Dialect dialect_;
  json properties_ = json::object();
  std::vector<std::string> required_;
};

json schema_of(Dialect dialect, std::string_view api_version) {
  SchemaWriter writer(dialect);
  ClusterSpec nothing;
  describe(writer, nothing);
  json object = writer.object();
  json properties = {{"apiVersion", {{"const", api_version}}}, {"kind", {{"const", kKind}}}};
  properties.update(object["properties"]);
  object["type"] = "object";
  object["properties"] = std::move(properties);
  object["required"] = {"apiVersion", "kind"};
  return object;
}

}  // namespace

std::string json_schema() {
  const json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                       {"title", "ingot cluster file"},
                       {"description", "A cluster of ingot; kind's files are read, too"},
                       {"if",
                        {{"type", "object"},
                         {"properties", {{"apiVersion", {{"const", kIngotApiVersion}}}}},
                         {"required", {"apiVersion"}}}},
                       {"then", schema_of(Dialect::ingot, kIngotApiVersion)},
                       {"else", schema_of(Dialect::kind, kKindApiVersion)}};
  return schema.dump(2) + "\n";
}

}  // namespace ingot::config
