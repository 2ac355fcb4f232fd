// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/recovery.hpp"

#include "base/text.hpp"
#include "cluster/component_health.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::lifecycle {

namespace {

using cluster::list_at;
using cluster::text_at;
using nlohmann::json;

bool is_true(const json& object, std::initializer_list<std::string_view> path) {
  return cluster::at_path(object, path) == json(true);
}

// In the same second: whatever reports or runs needed longer than that to start.
bool is_since(const std::string& time, Time started) {
  const auto parsed = base::parse_rfc3339(time);
  return parsed && *parsed >= started;
}

const Member* node_of(const json& pod, const std::vector<Member>& members) {
  const auto found = std::ranges::find(members, text_at(pod, {"spec", "nodeName"}),
                                       [](const Member& one) -> const std::string& { return one.node.name; });
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

bool runs_again(const json& pod, const std::vector<Member>& members) {
  const auto* member = node_of(pod, members);
  if (member == nullptr || !member->started || !text_at(pod, {"metadata", "deletionTimestamp"}).empty()) {
    return true;
  }
  const auto containers = list_at(pod, {"status", "containerStatuses"});
  return !containers.empty() && std::ranges::all_of(containers, [&](const json& container) {
    return is_true(container, {"ready"}) &&
           is_since(text_at(container, {"state", "running", "startedAt"}), *member->started);
  });
}

bool leads_to(const std::vector<json>& slices, const std::vector<json>& pods) {
  std::set<std::string> addresses;
  for (const auto& pod : pods) {
    for (const auto& address : list_at(pod, {"status", "podIPs"})) {
      addresses.insert(text_at(address, {"ip"}));
    }
  }
  bool any = false;
  for (const auto& slice : slices) {
    for (const auto& endpoint : list_at(slice, {"endpoints"})) {
      for (const auto& address :
           is_true(endpoint, {"conditions", "ready"}) ? list_at(endpoint, {"addresses"}) : json::array()) {
        any = true;
        if (!address.is_string() || !addresses.contains(address.get<std::string>())) {
          return false;
        }
      }
    }
  }
  return any;
}

}  // namespace ingot::lifecycle
