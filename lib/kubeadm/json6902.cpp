// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/json6902.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
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

void apply(json& document, const json& operation) {
  if (!operation.is_object()) {
    refuse("it is not an operation with 'op' and 'path'");
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
