// SPDX-License-Identifier: Apache-2.0
#include "attach/attach.hpp"
#include "attach/pods.hpp"
#include "attach/target.hpp"
#include "base/error.hpp"
#include "cdi/replicas.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::attach {

namespace {

using nlohmann::json;

// What the plugin of a node has told its kubelet: "vendor.com/gpu=0", or "vendor.com/gpu=0::1", each.
std::set<std::string> told_in(node::Host& host, const std::string& id, const std::stop_token& stop) {
  const auto result = host.run(id, {"cat", "/run/ingot/device-plugin.json"}, "", stop);
  const auto told = json::parse(result.output, nullptr, false);
  std::set<std::string> ids;
  if (!told.is_object()) {
    return ids;
  }
  for (const auto& [kind, names] : told.items()) {
    for (const auto& name : names.is_array() ? names : json::array()) {
      if (name.is_string()) {
        ids.insert(kind + "=" + name.get<std::string>());
      }
    }
  }
  return ids;
}

bool is_told(const std::set<std::string>& told, const cdi::Grant& grant) {
  return std::ranges::all_of(cdi::kubelet_ids(grant.device, grant.replicas), [&](const std::string& one) {
    return told.contains(kind_of(grant.device) + "=" + one);
  });
}

// Those of a node that runs which it was given since it started.
std::set<std::string> present_in(node::Host& host, const Target& target, const std::stop_token& stop) {
  std::set<std::string> present;
  if (target.has_kubelet && target.has.tells_kubelet) {
    const auto told = told_in(host, target.container.id, stop);
    for (const auto& grant : target.has.grants) {
      if (is_told(told, grant)) {
        present.insert(grant.device);
      }
    }
    return present;
  }
  // Its CDI files go with a restart, as all does that the kernel was asked for.
  for (auto& device : device::present(host, target.container.id, target.has, stop)) {
    present.insert(std::move(device));
  }
  return present;
}

std::vector<Holder> holders_in(node::Host& host, const Target& target, const std::stop_token& stop) {
  try {
    const auto api = api_of(host, target, stop);
    return api ? find_holders(host, target, *api, stop) : std::vector<Holder>();
  } catch (const base::Error&) {
    return {};  // a cluster that does not answer: its pods are unknown
  }
}

std::string state_of(const Target& target, bool is_present) {
  if (target.container.state != "running") {
    return "unknown";
  }
  return !is_present ? "absent" : target.has.tells_kubelet ? "ready" : "given";
}

void add_status(std::vector<DeviceStatus>& statuses, node::Host& host, const Target& target,
                const std::stop_token& stop) {
  const bool runs = target.container.state == "running";
  const auto present = runs ? present_in(host, target, stop) : std::set<std::string>();
  const auto holders = runs ? holders_in(host, target, stop) : std::vector<Holder>();
  for (const auto& device : names_of(target.has.grants)) {
    const auto grant = std::ranges::find(target.has.grants, device, &cdi::Grant::device);
    DeviceStatus status{.node = target.container.name,
                        .subject = target.subject(),
                        .cluster = target.cluster,
                        .device = device,
                        .state = state_of(target, present.contains(device)),
                        .replicas = grant->replicas,
                        .pods = {}};
    for (const auto& holder : holders) {
      if (std::ranges::find(holder.devices, device) != holder.devices.end()) {
        status.pods.push_back(holder.text());
      }
    }
    statuses.push_back(std::move(status));
  }
}

}  // namespace

Listing list(node::Host& host, const gpu::Roots& roots, const std::stop_token& stop) {
  auto catalogue = gpu::take_stock(roots, stop);
  Listing listing{.others = std::move(catalogue.others), .problems = std::move(catalogue.problems)};
  for (const auto& fault : catalogue.faults) {
    listing.problems.push_back(fmt::format("{}: {}", fault.file, fault.what));
  }
  std::map<std::string, std::vector<std::string>> nodes;
  try {
    nodes = holders(all_targets(host, stop));
  } catch (const base::Error& error) {
    listing.no_engine = error.failure().message;
  }
  for (auto& offer : catalogue.offers) {
    listing.devices.push_back({.offer = std::move(offer), .nodes = {}});
    listing.devices.back().nodes = nodes[listing.devices.back().offer.name];
  }
  return listing;
}

std::vector<DeviceStatus> status(node::Host& host, const std::vector<std::string>& nodes,
                                 const std::stop_token& stop) {
  std::vector<DeviceStatus> statuses;
  const auto targets = all_targets(host, stop);
  for (const auto& name : nodes) {
    if (!host.inspect(name, stop)) {
      throw no_such_target(name);
    }
  }
  for (const auto& target : targets) {
    if (nodes.empty() || std::ranges::find(nodes, target.container.name) != nodes.end()) {
      add_status(statuses, host, target, stop);
    }
  }
  return statuses;
}

}  // namespace ingot::attach
