// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/json6902.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(std::string message, std::string cause = {}) {
  throw base::Error(base::ErrorCode::invalid_input, std::move(message), std::move(cause));
}

// "[json.exception.out_of_range.403] key 'a' not found" without what is not for users.
std::string plain_text(const json::exception& error) {
  const std::string_view text = error.what();
  const auto end = text.find("] ");
  return std::string(end == text.npos ? text : text.substr(end + 2));
}

std::string text_of(const json& operation, const char* key) {
  const auto found = operation.find(key);
  return found != operation.end() && found->is_string() ? found->get<std::string>() : "";
}

// nlohmann's patch() asserts that what it adds to is a container, and ignores a removal from what is none.
void check_parent(const json& document, const std::string& path) {
  const json::json_pointer pointer(path);
  if (!pointer.empty() && !document.at(pointer.parent_pointer()).is_structured()) {
    refuse(fmt::format("'{}' is neither a mapping nor a list", pointer.parent_pointer().to_string()));
  }
}

// The library that kind uses counts negative indices from the end of a list, and so does this: "/list/-1".
// What is added goes before the place that is one further, so that -1 is the end.
std::string with_plain_indices(const json& document, const std::string& path, bool is_added) {
  (void)json::json_pointer(path);  // what is wrong with it is told here
  const json* at = &document;
  json::json_pointer plain;
  const auto parts = base::split(path, '/');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto part = base::replace_all(base::replace_all(parts[i], "~1", "/"), "~0", "~");
    std::size_t from_end = 0;
    const auto* end = part.data() + part.size();
    const bool is_number =
        part.size() > 1 && part[0] == '-' && std::from_chars(part.data() + 1, end, from_end).ptr == end;
    const bool is_last = i + 1 == parts.size();
    const std::size_t size = at != nullptr && at->is_array() ? at->size() + (is_last && is_added ? 1 : 0) : 0;
    if (is_number && from_end > 0 && from_end <= size) {
      plain /= std::to_string(size - from_end);
    } else {
      plain /= part;
    }
    const json::json_pointer own = plain;
    at = document.contains(own) ? &document.at(own) : nullptr;
  }
  return plain.to_string();
}

// Whether `operation` tests that there is nothing: a missing value counts as null.
bool is_test_of_nothing(const json& document, const json& operation) {
  const auto value = operation.find("value");
  return text_of(operation, "op") == "test" && value != operation.end() && value->is_null() &&
         !document.contains(json::json_pointer(text_of(operation, "path")));
}

void apply(json& document, json operation) {
  if (!operation.is_object()) {
    refuse("it is not an operation with 'op' and 'path'");
  }
  const auto takes_new_place = text_of(operation, "op") == "add" || text_of(operation, "op") == "move" ||
                               text_of(operation, "op") == "copy";
  for (const auto* key : {"path", "from"}) {
    if (const auto path = text_of(operation, key); path.starts_with('/')) {
      operation[key] = with_plain_indices(document, path, takes_new_place && std::string_view(key) == "path");
    }
  }
  if (is_test_of_nothing(document, operation)) {
    return;
  }
  check_parent(document, text_of(operation, "path"));
  if (const auto op = text_of(operation, "op"); op == "move") {
    check_parent(document, text_of(operation, "from"));
  }
  document = document.patch(json::array({operation}));
}

}  // namespace

void apply_operations(json& document, const json& operations) {
  if (!operations.is_array()) {
    refuse("an RFC 6902 patch is a list of operations");
  }
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const json& operation = operations[i];
    const auto what = operation.is_object()
                          ? fmt::format("operation {} ({} '{}')", i + 1, text_of(operation, "op"),
                                        text_of(operation, "path"))
                          : fmt::format("operation {}", i + 1);
    try {
      apply(document, operation);
    } catch (const json::exception& error) {
      refuse(what + " cannot be done", plain_text(error));
    } catch (const base::Error& error) {
      refuse(what + " cannot be done", error.failure().message);
    }
  }
}

}  // namespace ingot::kubeadm
