// SPDX-License-Identifier: Apache-2.0
// Reading JSON that is not to be trusted. A document is parsed with limits on size and depth; its fields are
// read through views that check types and throw Error{untrusted} naming the field. Go leaves empty lists and
// maps out or writes them as null, so for optional fields absent and null are the same: the empty value.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docker/types.hpp"

namespace ingot::docker {

// A value inside a document, with its path for error texts. Must not outlive the document.
class JsonValue {
 public:
  JsonValue(const nlohmann::json& json, std::string path) : json_(&json), path_(std::move(path)) {}

  // Of this value itself.
  [[nodiscard]] std::string as_text() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] std::uint64_t as_unsigned() const;

  // Of a member of this object; nothing when it is absent or null.
  [[nodiscard]] std::optional<JsonValue> find(std::string_view key) const;
  // A member that must be there.
  [[nodiscard]] JsonValue at(std::string_view key) const;

  // Optional members: absent gives the empty value.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] std::uint64_t unsigned_integer(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] Labels text_map(std::string_view key) const;

  // The elements of this list, or of the list in a member.
  void each(const std::function<void(const JsonValue&)>& visit) const;
  void each(std::string_view key, const std::function<void(const JsonValue&)>& visit) const;
  // The members of the object in a member. A null member is visited, too.
  void each_member(std::string_view key,
                   const std::function<void(const std::string& name, const JsonValue& value)>& visit) const;

  [[nodiscard]] bool is_null() const;

 private:
  [[noreturn]] void throw_wrong(std::string_view expected) const;
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const nlohmann::json* json_;
  std::string path_;
};

class JsonDocument {
 public:
  // `what` completes "the engine's answer to ...": "a list of containers". Error{untrusted} if `text` is not
  // JSON, too large or too deep.
  JsonDocument(std::string_view text, std::string_view what);
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] JsonValue root() const;

 private:
  std::unique_ptr<nlohmann::json> json_;
};

// The text of a request's body. Error{invalid_input} if a string in it is not UTF-8.
[[nodiscard]] std::string to_request_text(const nlohmann::json& json);

}  // namespace ingot::docker
