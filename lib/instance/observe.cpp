// SPDX-License-Identifier: Apache-2.0
#include "instance/observe.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "device/holding.hpp"
#include "instance/labels.hpp"
#include "instance/machine.hpp"
#include "node/node_spec.hpp"
#include "node/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace ingot::instance {

namespace {

using docker::label_of;

constexpr std::chrono::milliseconds kUsageWindow{200};

std::string state_word(const std::string& state) {
  if (state == "running") {
    return "Running";
  }
  if (state == "paused") {
    return "Paused";
  }
  return state == "created" ? "Creating" : "Stopped";
}

Summary to_summary(const docker::ContainerSummary& container) {
  Summary summary{.name = label_of(container.labels, kInstanceLabel),
                  .state = state_word(container.state),
                  .image = container.image,
                  .address = label_of(container.labels, node::kAddressLabel),
                  .ssh = label_of(container.labels, kSshLabel),
                  .cluster = label_of(container.labels, kClusterLabel),
                  .id = container.id,
                  .created = std::chrono::system_clock::time_point(std::chrono::seconds(container.created)),
                  .labels = container.labels};
  for (const auto& [network, address] : container.addresses) {
    if (!address.empty()) {
      summary.address = address;
    }
  }
  return summary;
}

// What its root has written over is nobody's: it must not hide the other instances.
device::Wish devices_of(node::Host& host, const std::string& id, const std::stop_token& stop) {
  try {
    return device::recorded(host, id, stop);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::untrusted) {
      throw;
    }
    return {};
  }
}

void add_devices(Summary& summary, const device::Wish& wish) {
  for (const auto& grant : wish.grants) {
    summary.devices.push_back(grant.device);
  }
  std::ranges::sort(summary.devices);
}

base::Error no_such_instance(const std::string& name) {
  return base::Error({.code = base::ErrorCode::not_found,
                      .message = fmt::format("there is no instance named '{}'", name),
                      .remedy = "ingot instance list"});
}

void add_usage(node::Host& host, Status& status, const std::stop_token& stop) {
  try {
    const auto usage = node::measure(host, status.summary.id, kUsageWindow, stop);
    status.cpu_cores = usage.cpu_cores;
    status.memory_bytes = usage.memory_bytes;
  } catch (const base::Error&) {      // NOLINT(bugprone-empty-catch): stopped between two looks, say
  } catch (const base::Cancelled&) {  // NOLINT(bugprone-empty-catch): who waits for it is told, too
  }
}

}  // namespace

bool Status::healthy() const {
  return summary.state == "Running" && failed_units.empty() && absent_devices.empty();
}

std::vector<Summary> list(node::Host& host, const std::stop_token& stop) {
  std::vector<Summary> instances;
  for (const auto& container : host.engine().list_containers({std::string(kInstanceLabel)}, stop)) {
    instances.push_back(to_summary(container));
    add_devices(instances.back(), devices_of(host, container.id, stop));
  }
  std::ranges::sort(instances, {}, &Summary::name);
  return instances;
}

std::optional<docker::ContainerSummary> find(node::Host& host, const std::string& name,
                                             const std::stop_token& stop) {
  auto containers = host.engine().list_containers({fmt::format("{}={}", kInstanceLabel, name)}, stop);
  return containers.empty() ? std::nullopt : std::optional(std::move(containers.front()));
}

docker::ContainerSummary require(node::Host& host, const std::string& name, const std::stop_token& stop) {
  auto found = find(host, name, stop);
  if (!found) {
    throw no_such_instance(name);
  }
  return std::move(*found);
}

docker::ContainerInfo require_running(node::Host& host, const std::string& name,
                                      const std::stop_token& stop) {
  auto info = host.inspect(name, stop);
  if (!info || label_of(info->labels, kInstanceLabel) != name) {
    throw no_such_instance(name);
  }
  if (info->state != "running") {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("instance '{}' does not run", name),
                       .cause = fmt::format("its container is {}", info->state),
                       .remedy = "ingot instance start " + name});
  }
  return std::move(*info);
}

Status status(node::Host& host, const std::string& name, const std::stop_token& stop) {
  const auto container = require(host, name, stop);
  Status status{.summary = to_summary(container), .disk = label_of(container.labels, kDiskLabel)};
  const auto info = host.inspect(container.id, stop);
  if (!info) {
    throw no_such_instance(name);
  }
  const auto wish = devices_of(host, container.id, stop);
  add_devices(status.summary, wish);
  status.ports = info->ports;
  status.mounts = info->mounts;
  status.limits = info->limits;
  status.network = info->networks.empty() ? "" : info->networks.begin()->first;
  if (status.summary.state != "Running") {
    return status;
  }
  status.started = base::parse_rfc3339(info->started_at);
  std::jthread measuring([&] { add_usage(host, status, stop); });
  const auto system = system_of(host, container.id, stop);
  status.system = system.state;
  status.failed_units = system.failed_units;
  const auto present = device::present(host, container.id, wish, stop);
  std::ranges::copy_if(status.summary.devices, std::back_inserter(status.absent_devices),
                       [&](const std::string& device) { return !std::ranges::count(present, device); });
  measuring.join();
  return status;
}

}  // namespace ingot::instance
