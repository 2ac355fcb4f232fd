// SPDX-License-Identifier: Apache-2.0
#include "docker/json_value.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace ingot::docker {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 16U << 20U;
constexpr int kMaxDepth = 64;

[[noreturn]] void throw_untrusted(std::string_view what, std::string cause) {
  throw base::Error(base::ErrorCode::untrusted,
                    fmt::format("the engine's answer cannot be understood ({})", what), std::move(cause));
}

// The parser and the destructor of nlohmann::json do not recurse, but copying and comparing do, and nothing
// that an engine says is deep.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      at += c == '\\' ? 1U : 0U;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

void JsonValue::throw_wrong(std::string_view expected) const {
  throw_untrusted(path_.empty() ? "the whole of it" : path_,
                  fmt::format("expected {}, found {}", expected, json_->type_name()));
}

std::string JsonValue::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

bool JsonValue::is_null() const {
  return json_->is_null();
}

std::string JsonValue::as_text() const {
  if (!json_->is_string()) {
    throw_wrong("a text");
  }
  return json_->get_ref<const std::string&>();
}

std::int64_t JsonValue::as_integer() const {
  if (!json_->is_number_integer()) {
    throw_wrong("a whole number");
  }
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (json_->is_number_unsigned() && json_->get<std::uint64_t>() > std::uint64_t{kMax}) {
    throw_wrong("a smaller number");
  }
  return json_->get<std::int64_t>();
}

std::uint64_t JsonValue::as_unsigned() const {
  if (!json_->is_number_unsigned()) {
    throw_wrong("a whole number that is not negative");
  }
  return json_->get<std::uint64_t>();
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  if (!json_->is_object()) {
    throw_wrong("an object");
  }
  const auto found = json_->find(key);
  if (found == json_->end() || found->is_null()) {
    return std::nullopt;
  }
  return JsonValue(*found, path_of(key));
}

JsonValue JsonValue::at(std::string_view key) const {
  auto value = find(key);
  if (!value) {
    throw_untrusted(path_of(key), "the field is missing");
  }
  return std::move(*value);
}

std::string JsonValue::text(std::string_view key) const {
  const auto value = find(key);
  return value ? value->as_text() : std::string();
}

std::int64_t JsonValue::integer(std::string_view key) const {
  const auto value = find(key);
  return value ? value->as_integer() : 0;
}

std::uint64_t JsonValue::unsigned_integer(std::string_view key) const {
  const auto value = find(key);
  return value ? value->as_unsigned() : 0;
}

bool JsonValue::flag(std::string_view key) const {
  const auto value = find(key);
  if (value && !value->json_->is_boolean()) {
    value->throw_wrong("true or false");
  }
  return value && value->json_->get<bool>();
}

void JsonValue::each(const std::function<void(const JsonValue&)>& visit) const {
  if (!json_->is_array()) {
    throw_wrong("a list");
  }
  std::size_t index = 0;
  for (const json& element : *json_) {
    visit(JsonValue(element, fmt::format("{}[{}]", path_, index)));
    ++index;
  }
}

void JsonValue::each(std::string_view key, const std::function<void(const JsonValue&)>& visit) const {
  if (const auto list = find(key)) {
    list->each(visit);
  }
}

void JsonValue::each_member(std::string_view key,
                            const std::function<void(const std::string&, const JsonValue&)>& visit) const {
  const auto object = find(key);
  if (!object) {
    return;
  }
  if (!object->json_->is_object()) {
    object->throw_wrong("an object");
  }
  for (auto member = object->json_->begin(); member != object->json_->end(); ++member) {
    visit(member.key(), JsonValue(*member, object->path_of(member.key())));
  }
}

std::vector<std::string> JsonValue::texts(std::string_view key) const {
  std::vector<std::string> texts;
  each(key, [&](const JsonValue& element) { texts.push_back(element.as_text()); });
  return texts;
}

Labels JsonValue::text_map(std::string_view key) const {
  Labels map;
  each_member(key, [&](const std::string& name, const JsonValue& value) { map[name] = value.as_text(); });
  return map;
}

JsonDocument::JsonDocument(std::string_view text, std::string_view what) {
  if (text.size() > kMaxText) {
    throw_untrusted(what, "it is larger than " + base::to_size_text(kMaxText));
  }
  if (is_too_deep(text)) {
    throw_untrusted(what, "it is nested too deeply");
  }
  json_ = std::make_unique<json>(json::parse(text, nullptr, false));
  if (json_->is_discarded()) {
    throw_untrusted(what, text.empty() ? "it is empty" : "it is not JSON, or not all of it");
  }
}

JsonDocument::~JsonDocument() = default;

JsonValue JsonDocument::root() const {
  return {*json_, ""};
}

std::string to_request_text(const json& value) {
  try {
    return value.dump();
  } catch (const json::exception&) {
    throw base::Error(base::ErrorCode::invalid_input, "a text for the engine is not UTF-8");
  }
}

}  // namespace ingot::docker
