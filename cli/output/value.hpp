// SPDX-License-Identifier: Apache-2.0
// A result as a tree of plain values in a fixed order, printed as JSON (RFC 8259) or as YAML that readers of
// both YAML 1.1 and 1.2 take for the same. Strings may hold any bytes; what is not UTF-8 is replaced.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ingot::cli::output {

class Value {
 public:
  using Entry = std::pair<std::string, Value>;
  using List = std::vector<Value>;
  using Object = std::vector<Entry>;

  Value() = default;  // null
  Value(bool value) : value_(value) {}
  Value(int value) : value_(std::int64_t{value}) {}
  Value(std::int64_t value) : value_(value) {}
  Value(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(const char* text) : value_(std::string(text)) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(List list) : value_(std::move(list)) {}
  Value(Object object) : value_(std::move(object)) {}
  Value(const std::vector<std::string>& texts) : value_(List(texts.begin(), texts.end())) {}

  // Indented by two, ending in a line break; or on one line without one.
  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] std::string to_json_line() const;
  [[nodiscard]] std::string to_yaml() const;

  using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object>;
  [[nodiscard]] const Data& data() const { return value_; }

 private:
  Data value_;
};

}  // namespace ingot::cli::output
