// SPDX-License-Identifier: Apache-2.0
#include "attach/pods.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cdi/replicas.hpp"
#include "cluster/component_health.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::attach {

namespace {

using cluster::text_at;
using nlohmann::json;

constexpr const char* kCheckpoint = "/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint";

std::vector<std::string> devices_of(const std::vector<Allotment>& allotments, const std::string& uid) {
  std::vector<std::string> devices;
  for (const auto& allotment : allotments) {
    if (allotment.pod_uid == uid && std::ranges::find(devices, allotment.device) == devices.end()) {
      devices.push_back(allotment.device);
    }
  }
  return devices;
}

// The kubelet knows replicas, where pods share a device.
void name_devices(std::vector<Allotment>& allotments, const std::vector<cdi::Grant>& grants) {
  std::map<std::string, std::string> devices;
  for (const auto& grant : grants) {
    for (const auto& id : cdi::kubelet_ids(grant.device, grant.replicas)) {
      devices[kind_of(grant.device) + "=" + id] = grant.device;
    }
  }
  for (auto& allotment : allotments) {
    if (const auto found = devices.find(allotment.device); found != devices.end()) {
      allotment.device = found->second;
    }
  }
}

}  // namespace

std::vector<Allotment> parse_checkpoint(std::string_view text) {
  try {
    std::vector<Allotment> allotments;
    const auto checkpoint = json::parse(text);
    const auto& entries = checkpoint.at("Data").at("PodDeviceEntries");
    for (const auto& entry : entries.is_array() ? entries : json::array()) {
      const std::string kind = entry.at("ResourceName");
      for (const auto& [numa_node, ids] : entry.at("DeviceIDs").items()) {
        for (const auto& id : ids) {
          allotments.push_back({.pod_uid = entry.at("PodUID"), .device = kind + "=" + id.get<std::string>()});
        }
      }
    }
    return allotments;
  } catch (const json::exception& error) {
    throw base::Error(base::ErrorCode::untrusted, "what the kubelet says of devices cannot be read",
                      error.what());
  }
}

std::vector<Holder> find_holders(node::Host& host, const Target& target, kube::Client& api,
                                 const std::stop_token& stop) {
  const auto text = host.read_file(target.container.id, kCheckpoint, stop);
  auto allotments = text ? parse_checkpoint(*text) : std::vector<Allotment>();
  if (allotments.empty()) {
    return {};
  }
  name_devices(allotments, target.has.grants);
  std::vector<Holder> found;
  const auto query = "fieldSelector=" + base::percent_encode("spec.nodeName=" + target.container.name);
  const json listed = api.list("/api/v1/pods", stop, query);
  for (const auto& pod : listed.at("items")) {
    const auto phase = text_at(pod, {"status", "phase"});
    auto devices = devices_of(allotments, text_at(pod, {"metadata", "uid"}));
    if (!devices.empty() && phase != "Succeeded" && phase != "Failed") {
      found.push_back({.name_space = text_at(pod, {"metadata", "namespace"}),
                       .name = text_at(pod, {"metadata", "name"}),
                       .devices = std::move(devices)});
    }
  }
  return found;
}

}  // namespace ingot::attach
