// SPDX-License-Identifier: Apache-2.0
#include "attach/holding.hpp"

#include "attach/target.hpp"
#include "base/error.hpp"
#include "device/holding.hpp"

#include <algorithm>

namespace ingot::attach {

namespace {

std::string state_of(const Target& target, const std::vector<std::string>& present,
                     const std::string& device) {
  if (target.container.state != "running") {
    return "unknown";
  }
  if (std::ranges::find(present, device) == present.end()) {
    return "absent";
  }
  return target.has.tells_kubelet ? "ready" : "given";
}

Holding to_holding(node::Host& host, const Target& target, const std::stop_token& stop) {
  const auto present = target.container.state == "running"
                           ? device::present(host, target.container.id, target.has, stop)
                           : std::vector<std::string>();
  Holding holding{.id = target.container.id,
                  .run = target.container.started_at,
                  .name = target.container.name,
                  .cluster = target.cluster,
                  .devices = {}};
  for (const auto& grant : target.has.grants) {
    holding.devices.push_back(
        {.name = grant.device, .state = state_of(target, present, grant.device), .replicas = grant.replicas});
  }
  std::ranges::sort(holding.devices, {}, &Holding::Device::name);
  return holding;
}

}  // namespace

bool Holding::lacks_some() const {
  return std::ranges::any_of(devices, [](const Device& device) { return device.state == "absent"; });
}

bool may_hold(const docker::Labels& labels) {
  return may_have_devices(labels);
}

std::vector<std::string> possible_holders(node::Host& host, const std::stop_token& stop) {
  std::vector<std::string> ids;
  for (const auto& container : host.engine().list_containers({}, stop)) {
    if (may_have_devices(container.labels)) {
      ids.push_back(container.id);
    }
  }
  return ids;
}

std::optional<Holding> holding_of(node::Host& host, const std::string& id, const std::stop_token& stop) {
  try {
    const auto target = target_of(host, id, stop);
    return target && !target->has.grants.empty() ? std::optional(to_holding(host, *target, stop))
                                                 : std::nullopt;
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::untrusted) {
      throw;
    }
    return std::nullopt;  // what its root has written over is nobody's
  }
}

}  // namespace ingot::attach
