// SPDX-License-Identifier: Apache-2.0
#include "config/homes.hpp"

#include "config/fields.hpp"

#include <map>

namespace ingot::config {
namespace {

// Notes the fields of the file, and of what is directly in it.
class Surveyor final : public FieldVisitor {
 public:
  Surveyor(std::multimap<std::string, Home>& homes, std::string place, bool goes_down)
      : homes_(homes), place_(std::move(place)), goes_down_(goes_down) {}

  void text(const Field& field, std::string& /*value*/) override { note(field); }
  void texts(const Field& field, std::vector<std::string>& /*values*/) override { note(field); }
  void optional_texts(const Field& field, std::optional<std::vector<std::string>>& /*values*/) override {
    note(field);
  }
  void number(const Field& field, int& /*value*/) override { note(field); }
  void number(const Field& field, std::int64_t& /*value*/) override { note(field); }
  void number(const Field& field, std::optional<std::int64_t>& /*value*/) override { note(field); }
  void flag(const Field& field, bool& /*value*/) override { note(field); }
  void text_map(const Field& field, std::map<std::string, std::string>& /*values*/) override { note(field); }
  void flag_map(const Field& field, std::map<std::string, bool>& /*values*/) override { note(field); }
  void word(const Field& field, const Word& /*word*/) override { note(field); }
  void group(const Field& field, const Describe& describe_group) override {
    note(field);
    go_down("under '" + std::string(field.name) + "'", describe_group);
  }
  void list(const Field& field, const Items& items) override {
    note(field);
    go_down("to an entry of '" + std::string(field.name) + "'", items.describe_new);
  }

 private:
  void note(const Field& field) {
    homes_.emplace(field.name, Home{.place = place_, .dialect = field.dialect});
  }
  void go_down(const std::string& place, const Describe& describe_inner) {
    if (goes_down_) {
      Surveyor inner(homes_, place, false);
      describe_inner(inner);
    }
  }

  std::multimap<std::string, Home>& homes_;
  std::string place_;
  bool goes_down_;
};

std::multimap<std::string, Home> survey() {
  std::multimap<std::string, Home> homes;
  Surveyor surveyor(homes, "at the top of the file", true);
  ClusterSpec nothing;
  describe(surveyor, nothing);
  for (const auto* word : {"name", "kind", "version"}) {
    homes.erase(word);  // many things have one elsewhere
  }
  return homes;
}

}  // namespace

std::optional<Home> home_of(std::string_view key) {
  static const auto homes = survey();
  const std::string word(key);
  return homes.count(word) == 1 ? std::optional(homes.find(word)->second) : std::nullopt;
}

}  // namespace ingot::config
