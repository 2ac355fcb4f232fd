// SPDX-License-Identifier: Apache-2.0
// Internal to lib/config: turns YAML values into fields, strictly, collecting problems instead of stopping at
// the first, and noting the line of everything it sees. A null value leaves the field as it is.
#pragma once

#include "config/fields.hpp"
#include "config/problem.hpp"
#include "yaml/document.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::config {

class Reader {
 public:
  using Read = std::function<void(const yaml::Node& value, const std::string& path)>;
  struct Field {
    std::string_view name;
    Read read;
  };

  // Of the file; decides what is said about unknown keys.
  void set_dialect(Dialect dialect) { dialect_ = dialect; }
  [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }

  // Every key of `node` must be one of `fields`, once.
  void mapping(const yaml::Node& node, const std::string& path, const std::vector<Field>& fields);
  // A mapping whose keys are the user's own.
  void free_mapping(
      const yaml::Node& node, const std::string& path,
      const std::function<void(const std::string& key, const yaml::Node&, const std::string&)>& read);
  // Nulls in a list are no items of it (as Go's yaml reads it into typed lists).
  void sequence(const yaml::Node& node, const std::string& path, const Read& read_item);

  void text(const yaml::Node& node, const std::string& path, std::string& out);
  void texts(const yaml::Node& node, const std::string& path, std::vector<std::string>& out);
  void text_map(const yaml::Node& node, const std::string& path, std::map<std::string, std::string>& out);
  void whole_number(const yaml::Node& node, const std::string& path, int& out);
  void whole_number(const yaml::Node& node, const std::string& path, std::int64_t& out);
  void flag(const yaml::Node& node, const std::string& path, bool& out);
  void word(const yaml::Node& node, const std::string& path, const Word& word);

  void problem(int line, const std::string& path, std::string text);

  [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }
  [[nodiscard]] Lines take_lines() { return std::move(lines_); }

 private:
  void unknown_key(const yaml::Node& key, const std::string& path, const std::vector<Field>& fields);
  // Whether the key is a text that this mapping has not had before.
  bool take_key(const yaml::Node& key, const std::string& path, std::map<std::string, int>& seen);

  Dialect dialect_ = Dialect::kind;
  std::vector<Problem> problems_;
  Lines lines_;
};

// "'a', 'b' or 'c'"
[[nodiscard]] std::string or_list(const std::vector<std::string_view>& words);

}  // namespace ingot::config
