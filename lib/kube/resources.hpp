// SPDX-License-Identifier: Apache-2.0
// Where objects live in the API: kind to plural, for the kinds that node manifests use. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ingot::kube {

struct Resource {
  std::string plural;
  bool namespaced = false;
};

// What identifies an object; Error{invalid_input} for one without apiVersion, kind or name.
struct ObjectId {
  std::string api_version;
  std::string kind;
  std::string name;        // empty only if it has a generateName
  std::string name_space;  // empty if not given
};

[[nodiscard]] ObjectId id_of(const nlohmann::json& object);

// Nothing for kinds that only the server knows.
[[nodiscard]] std::optional<Resource> builtin_resource(std::string_view api_version, std::string_view kind);

// "/api/v1" or "/apis/apps/v1".
[[nodiscard]] std::string group_path(const std::string& api_version);

// Path of the collection an object belongs to, with its namespace ("default" if it names none).
[[nodiscard]] std::string collection_path(const ObjectId& id, const Resource& resource);

}  // namespace ingot::kube
