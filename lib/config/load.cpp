// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/error.hpp"
#include "config/fields.hpp"
#include "config/reader.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {
namespace {

// Which value of a mapping is read into what.
class FieldReader final : public FieldVisitor {
 public:
  explicit FieldReader(Reader& reader) : reader_(reader) {}

  [[nodiscard]] const std::vector<Reader::Field>& fields() const { return fields_; }

  void text(const Field& field, std::string& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.text(value, where, out); });
  }
  void texts(const Field& field, std::vector<std::string>& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.texts(value, where, out); });
  }
  void optional_texts(const Field& field, std::optional<std::vector<std::string>>& out) override {
    add(field, [this, &out](auto& value, auto& where) {
      if (value.kind != yaml::Kind::null) {  // unset, while an empty list says something
        reader_.texts(value, where, out.emplace());
      }
    });
  }
  void number(const Field& field, int& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.whole_number(value, where, out); });
  }
  void number(const Field& field, std::int64_t& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.whole_number(value, where, out); });
  }
  void number(const Field& field, std::optional<std::int64_t>& out) override {
    add(field, [this, &out](auto& value, auto& where) {
      if (value.kind != yaml::Kind::null) {
        reader_.whole_number(value, where, out.emplace());
      }
    });
  }
  void flag(const Field& field, bool& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.flag(value, where, out); });
  }
  void text_map(const Field& field, std::map<std::string, std::string>& out) override {
    add(field, [this, &out](auto& value, auto& where) { reader_.text_map(value, where, out); });
  }
  void flag_map(const Field& field, std::map<std::string, bool>& out) override {
    add(field, [this, &out](auto& value, auto& where) {
      reader_.free_mapping(value, where,
                           [&](auto& key, auto& on, auto& at) { reader_.flag(on, at, out[key]); });
    });
  }
  void word(const Field& field, const Word& word) override {
    add(field, [this, word](auto& value, auto& where) { reader_.word(value, where, word); });
  }
  void group(const Field& field, const Describe& describe_group) override {
    add(field,
        [this, describe_group](auto& value, auto& where) { read_mapping(value, where, describe_group); });
  }
  void list(const Field& field, const Items& items) override {
    add(field, [this, items](auto& value, auto& where) {
      reader_.sequence(value, where, [&](auto& item, auto& at) {
        items.add();
        read_mapping(item, at, [&](FieldVisitor& inner) { items.describe(items.size() - 1, inner); });
      });
    });
  }

 private:
  void add(const Field& field, Reader::Read read) {
    if (field.dialect == Dialect::kind || reader_.dialect() == Dialect::ingot) {
      fields_.push_back({field.name, std::move(read)});
    }
  }
  void read_mapping(const yaml::Node& node, const std::string& path, const Describe& describe_fields) {
    FieldReader inner(reader_);
    describe_fields(inner);
    reader_.mapping(node, path, inner.fields());
  }

  Reader& reader_;
  std::vector<Reader::Field> fields_;
};

void read_cluster(Reader& reader, const yaml::Node& root, ClusterSpec& spec) {
  FieldReader known(reader);
  describe(known, spec);
  const auto ignore = [](auto&, auto&) {};  // judged before anything else
  std::vector<Reader::Field> fields = {{"apiVersion", ignore}, {"kind", ignore}};
  fields.insert(fields.end(), known.fields().begin(), known.fields().end());
  reader.mapping(root, "", fields);
}

// The value of `key`, which must be one of `known`; at the first of them when it is not.
std::size_t expect_word(Reader& reader, const yaml::Node& root, std::string_view key,
                        const std::vector<std::string_view>& known) {
  for (const auto& entry : root.entries) {
    if (entry.key.text == key) {
      const auto found = std::find(known.begin(), known.end(), entry.value.text);
      if (entry.value.kind == yaml::Kind::scalar && found != known.end()) {
        return static_cast<std::size_t>(found - known.begin());
      }
      reader.problem(entry.key.line, std::string(key),
                     fmt::format("unknown value {}; use {}", shown(entry.value.text), or_list(known)));
      return 0;
    }
  }
  reader.problem(root.line, std::string(key), fmt::format("missing; write '{}: {}'", key, known.front()));
  return 0;
}

// What makes this a file of ours at all: without it, all else that could be said would mislead.
Dialect expect_cluster_file(Reader& reader, const yaml::Node& root) {
  if (root.kind == yaml::Kind::null) {
    reader.problem(1, "", "there is nothing here; a cluster file starts with 'kind: Cluster'");
  } else if (root.kind != yaml::Kind::mapping) {
    reader.problem(root.line, "", "a cluster file holds keys and values, starting with 'kind: Cluster'");
  } else {
    (void)expect_word(reader, root, "kind", {kKind});
    return expect_word(reader, root, "apiVersion", {kKindApiVersion, kIngotApiVersion}) == 1 ? Dialect::ingot
                                                                                             : Dialect::kind;
  }
  return Dialect::kind;
}

yaml::Node parse(std::string_view text, const std::string& source_name) {
  try {
    return yaml::parse_first(text);
  } catch (const base::Error& error) {
    base::Failure failure = error.failure();
    failure.message = source_name.empty() ? "the cluster description is not YAML that can be read"
                                          : fmt::format("'{}' is not YAML that can be read", source_name);
    throw base::Error(std::move(failure));
  }
}

bool is_within(std::string_view inner, std::string_view outer) {
  return inner.substr(0, outer.size()) == outer && (inner.size() == outer.size() || outer.empty() ||
                                                    inner[outer.size()] == '.' || inner[outer.size()] == '[');
}

// So that one look at the messages is enough: the rules too, but not about what could not be read.
void add_broken_rules(const ClusterSpec& spec, std::vector<Problem>& problems) {
  const auto unreadable = problems;
  ClusterSpec judged = spec;
  apply_defaults(judged);
  auto broken = validate(judged);
  for (Problem& problem : broken) {
    const bool follows = std::any_of(unreadable.begin(), unreadable.end(), [&](const Problem& known) {
      return is_within(problem.path, known.path) || is_within(known.path, problem.path);
    });
    if (!follows) {
      problems.push_back(std::move(problem));
    }
  }
}

}  // namespace

ClusterSpec load_cluster_file(std::string_view text, const std::string& source_name) {
  const yaml::Node root = parse(text, source_name);
  Reader reader;
  ClusterSpec spec;
  spec.source_name = source_name;
  spec.dialect = expect_cluster_file(reader, root);
  throw_if_any(reader.problems(), source_name);
  reader.set_dialect(spec.dialect);
  read_cluster(reader, root, spec);
  spec.lines = reader.take_lines();
  if (!reader.problems().empty()) {
    auto problems = reader.problems();
    add_broken_rules(spec, problems);
    throw_if_any(std::move(problems), source_name);
  }
  return spec;
}

}  // namespace ingot::config
