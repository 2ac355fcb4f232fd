// SPDX-License-Identifier: Apache-2.0
#include "cluster/component_health.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::cluster {

namespace {

using nlohmann::json;

constexpr std::chrono::minutes kTimeToStart{1};

json at_path(const json& object, std::initializer_list<std::string_view> path) {
  json current = object;
  for (const auto key : path) {
    if (!current.is_object() || !current.contains(key)) {
      return nullptr;
    }
    json inner = current[std::string(key)];
    current = std::move(inner);
  }
  return current;
}

int number_at(const json& object, std::initializer_list<std::string_view> path, int otherwise) {
  const json value = at_path(object, path);
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

bool is_young(const json& object, Now now) {
  const auto created = base::parse_rfc3339(text_at(object, {"metadata", "creationTimestamp"}));
  return created && now - *created < kTimeToStart;
}

bool runs_since_its_first_start(const json& pod) {
  const json containers = at_path(pod, {"status", "containerStatuses"});
  if (!containers.is_array() || containers.empty()) {
    return false;
  }
  for (const auto& container : containers) {
    if (at_path(container, {"state", "running"}).is_null() ||
        number_at(container, {"restartCount"}, 0) != 0) {
      return false;
    }
  }
  return true;
}

ComponentStatus pod_health(const json& pod, std::string title, Now now) {
  const std::string name = text_at(pod, {"metadata", "name"});
  const json ready = condition_of(pod, "Ready");
  if (text_at(ready, {"status"}) == "True") {
    return {std::move(title), true, name};
  }
  if (is_young(pod, now) && runs_since_its_first_start(pod)) {
    return {std::move(title), true, name + ", just started"};
  }
  return {std::move(title), false, fmt::format("{}: {}", name, text_at(ready, {"message"}))};
}

}  // namespace

std::string text_at(const json& object, std::initializer_list<std::string_view> path) {
  const json value = at_path(object, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

json condition_of(const json& object, std::string_view type) {
  for (const auto& condition : at_path(object, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) == type) {
      return condition;
    }
  }
  return nullptr;
}

std::string addresses_of(const json& node) {
  std::string addresses;
  for (const auto& address : at_path(node, {"status", "addresses"})) {
    if (text_at(address, {"type"}) == "InternalIP") {
      addresses += (addresses.empty() ? "" : ",") + text_at(address, {"address"});
    }
  }
  return addresses;
}

ComponentStatus static_pod_health(const json& pods, std::string_view label, std::string title, Now now) {
  ComponentStatus status{.name = title, .healthy = false, .detail = "no pod"};
  int count = 0;
  for (const auto& pod : pods) {
    if (text_at(pod, {"metadata", "labels", "component"}) != label) {
      continue;
    }
    ++count;
    status = pod_health(pod, title, now);
    if (!status.healthy) {
      return status;
    }
  }
  if (count > 1) {
    status.detail = fmt::format("{} of {} ready", count, count);
  }
  return status;
}

ComponentStatus network_health(const json& daemon_sets, Now now) {
  for (const auto& item : daemon_sets) {
    const std::string name = text_at(item, {"metadata", "name"});
    if (name == "kube-proxy") {
      continue;
    }
    const int have = number_at(item, {"status", "numberReady"}, 0);
    const int want = number_at(item, {"status", "desiredNumberScheduled"}, 0);
    return {"CNI", is_young(item, now) || (want > 0 && have == want),
            fmt::format("{}, {} of {} ready", name, have, want)};
  }
  return {"CNI", false, "no network daemon in kube-system"};
}

ComponentStatus dns_health(const json& deployment) {
  if (deployment.is_null()) {
    return {"DNS", false, "there is no deployment coredns"};
  }
  return {"DNS", text_at(condition_of(deployment, "Available"), {"status"}) == "True",
          fmt::format("CoreDNS, {} of {} ready", number_at(deployment, {"status", "readyReplicas"}, 0),
                      number_at(deployment, {"spec", "replicas"}, 1))};
}

ComponentStatus storage_health(const json& storage_classes) {
  for (const auto& item : storage_classes) {
    constexpr std::string_view kDefault = "storageclass.kubernetes.io/is-default-class";
    if (text_at(item, {"metadata", "annotations", kDefault}) == "true") {
      return {"storage class", true,
              fmt::format("{} ({})", text_at(item, {"metadata", "name"}), text_at(item, {"provisioner"}))};
    }
  }
  return {"storage class", false, "none is the default"};
}

}  // namespace ingot::cluster
