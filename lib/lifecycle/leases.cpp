// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/leases.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/component_health.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace ingot::lifecycle {

namespace {

using cluster::text_at;
using nlohmann::json;

constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/";

void release(kube::Client& api, const std::function<bool(const json&)>& shall_go,
             const std::stop_token& stop) {
  for (const std::string name : {"kube-controller-manager", "kube-scheduler"}) {
    const auto lease = api.get(kLeases + name, stop);
    if (!lease || text_at(*lease, {"spec", "holderIdentity"}).empty() || !shall_go(*lease)) {
      continue;
    }
    // With its version: whoever took or renewed it meanwhile has it.
    const json change = {
        {"metadata", {{"resourceVersion", text_at(*lease, {"metadata", "resourceVersion"})}}},
        {"spec", {{"holderIdentity", ""}, {"leaseDurationSeconds", 1}}}};
    try {
      static_cast<void>(api.patch(kLeases + name, kube::PatchKind::merge, change, stop));
    } catch (const base::Error& error) {
      if (!error.failure().cause.starts_with("HTTP 409")) {
        throw;
      }
    }
  }
}

// Null where it is none of them.
const Member* holder_of(const json& lease, const std::vector<Member>& members) {
  // "kind-control-plane_0c3a...": the host's name, and what tells two processes of one host apart.
  const std::string holder = text_at(lease, {"spec", "holderIdentity"});
  const std::string host = holder.substr(0, holder.rfind('_'));
  const auto found =
      std::ranges::find(members, host, [](const Member& one) -> const std::string& { return one.node.name; });
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

bool is_stale(const json& lease, const std::vector<Member>& members) {
  const auto renewed = base::parse_rfc3339(text_at(lease, {"spec", "renewTime"}));
  const auto* member = holder_of(lease, members);
  if (member == nullptr || !renewed) {
    return false;
  }
  // Nobody holds a lease within the second in which its node was started.
  return member->started && *renewed <= *member->started;
}

bool has_expired(const json& lease, Time now) {
  const auto renewed = base::parse_rfc3339(text_at(lease, {"spec", "renewTime"}));
  const json spec = lease.is_object() ? lease.value("spec", json()) : json();
  const json duration = spec.is_object() ? spec.value("leaseDurationSeconds", json()) : json();
  // Of the time of renewal the fraction is not known.
  return renewed && duration.is_number_integer() &&
         now > *renewed + std::chrono::seconds(duration.get<int>() + 1);
}

void release_stale_leases(kube::Client& api, const std::vector<Member>& members,
                          const std::stop_token& stop) {
  const auto now = std::chrono::system_clock::now();
  release(
      api, [&](const json& lease) { return is_stale(lease, members) || has_expired(lease, now); }, stop);
}

void release_leases(kube::Client& api, const std::vector<Member>& members, const std::stop_token& stop) {
  release(
      api, [&](const json& lease) { return holder_of(lease, members) != nullptr; }, stop);
}

}  // namespace ingot::lifecycle
