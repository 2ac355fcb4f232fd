// SPDX-License-Identifier: Apache-2.0
#include "support/fake_kubernetes/status.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace ingot::testing {

namespace {

// "deployments.apps", as the server names resources.
std::string resource_name(const ResourcePath& path) {
  const auto parts = base::split(path.group_path, '/');
  return parts.size() > 3 ? path.plural + "." + parts[2] : path.plural;
}

}  // namespace

Reply to_status(int code, const std::string& reason, const std::string& message) {
  const Json status = {{"kind", "Status"},
                       {"apiVersion", "v1"},
                       {"metadata", Json::object()},
                       {"status", code / 100 == 2 ? "Success" : "Failure"},
                       {"message", message},
                       {"reason", reason},
                       {"code", code}};
  return {.status = code, .body = status.dump()};
}

Reply not_found(const ResourcePath& path) {
  return to_status(404, "NotFound", fmt::format("{} \"{}\" not found", resource_name(path), path.name));
}

Reply already_exists(const ResourcePath& path, const std::string& name) {
  return to_status(409, "AlreadyExists", fmt::format("{} \"{}\" already exists", resource_name(path), name));
}

}  // namespace ingot::testing
