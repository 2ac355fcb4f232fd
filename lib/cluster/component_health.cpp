// SPDX-License-Identifier: Apache-2.0
#include "cluster/component_health.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace ingot::cluster {

namespace {

using nlohmann::json;

constexpr std::chrono::minutes kTimeToStart{1};

bool is_young(const json& object, Now now) {
  const auto created = base::parse_rfc3339(text_at(object, {"metadata", "creationTimestamp"}));
  return created && now - *created < kTimeToStart;
}

// The moment from which a pod is given its minute: its creation, or its node's last start.
std::optional<Now> beginning_of(const json& pod, const NodeStarts& starts) {
  const auto created = base::parse_rfc3339(text_at(pod, {"metadata", "creationTimestamp"}));
  const auto node = starts.find(text_at(pod, {"spec", "nodeName"}));
  return node == starts.end() || (created && *created > node->second) ? created : std::optional(node->second);
}

// Whether the container ended the last time with its node, before that was started again. Of a node that was
// killed, containerd learns in its first seconds what has ended.
bool ended_before(const json& container, Now beginning) {
  const auto ended = base::parse_rfc3339(text_at(container, {"lastState", "terminated", "finishedAt"}));
  return ended && *ended < beginning + std::chrono::seconds(3);
}

bool runs_since(const json& pod, Now beginning) {
  const json containers = at_path(pod, {"status", "containerStatuses"});
  if (!containers.is_array() || containers.empty()) {
    return false;
  }
  for (const auto& container : containers) {
    if (at_path(container, {"state", "running"}).is_null() ||
        (number_at(container, {"restartCount"}, 0) != 0 && !ended_before(container, beginning))) {
      return false;
    }
  }
  return true;
}

ComponentStatus pod_health(const json& pod, std::string title, Now now, const NodeStarts& starts) {
  const std::string name = text_at(pod, {"metadata", "name"});
  const json ready = condition_of(pod, "Ready");
  if (text_at(ready, {"status"}) == "True") {
    return {std::move(title), true, name};
  }
  const auto beginning = beginning_of(pod, starts);
  if (beginning && now - *beginning < kTimeToStart && runs_since(pod, *beginning)) {
    return {std::move(title), true, name + ", just started"};
  }
  return {std::move(title), false, fmt::format("{}: {}", name, text_at(ready, {"message"}))};
}

}  // namespace

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

json list_at(const json& object, std::initializer_list<std::string_view> path) {
  json found = at_path(object, path);
  return found.is_array() ? found : json::array();
}

int number_at(const json& object, std::initializer_list<std::string_view> path, int otherwise) {
  const json value = at_path(object, path);
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

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

bool condition_holds(const json& object, std::string_view type) {
  return text_at(condition_of(object, type), {"status"}) == "True";
}

bool condition_holds(const json& object, std::string_view type, std::string& seen) {
  const json found = condition_of(object, type);
  seen = found.is_null()
             ? fmt::format("{} is not reported yet", type)
             : fmt::format("{} is {}: {}", type, text_at(found, {"status"}), text_at(found, {"message"}));
  return condition_holds(object, type);
}

bool takes_pods(const json& node, std::string& seen) {
  if (condition_of(node, "Ready").is_null()) {
    seen = "its kubelet has not reported yet";
    return false;
  }
  if (!condition_holds(node, "Ready", seen)) {
    return false;
  }
  for (const auto& taint : list_at(node, {"spec", "taints"})) {
    const std::string key = text_at(taint, {"key"});
    const bool of_health = key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable";
    // The one of effect NoExecute goes up to 5 s later, and every pod tolerates it for minutes.
    if (of_health && text_at(taint, {"effect"}) == "NoSchedule") {
      seen = fmt::format("it is Ready, and still has the taint {}", key);
      return false;
    }
  }
  return true;
}

bool is_back(const json& node, Now started, std::string& seen) {
  const json ready = condition_of(node, "Ready");
  const auto reported = base::parse_rfc3339(text_at(ready, {"lastHeartbeatTime"}));
  if (!reported || *reported < started) {
    seen = "its kubelet has not reported since it was started";
    return false;
  }
  return takes_pods(node, seen);
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

ComponentStatus static_pod_health(const json& pods, std::string_view label, std::string title, Now now,
                                  const NodeStarts& starts) {
  ComponentStatus status{.name = title, .healthy = false, .detail = "no pod"};
  int count = 0;
  for (const auto& pod : pods) {
    if (text_at(pod, {"metadata", "labels", "component"}) != label) {
      continue;
    }
    ++count;
    status = pod_health(pod, title, now, starts);
    if (!status.healthy) {
      return status;
    }
  }
  if (count > 1) {
    status.detail = fmt::format("{} of {} ready", count, count);
  }
  return status;
}

ComponentStatus network_health(const json& daemon_sets, Now now, const NodeStarts& starts) {
  const bool any_started =
      std::ranges::any_of(starts, [&](const auto& start) { return now - start.second < kTimeToStart; });
  for (const auto& item : daemon_sets) {
    const std::string name = text_at(item, {"metadata", "name"});
    if (name == "kube-proxy") {
      continue;
    }
    const int have = number_at(item, {"status", "numberReady"}, 0);
    const int want = number_at(item, {"status", "desiredNumberScheduled"}, 0);
    return {"CNI", any_started || is_young(item, now) || (want > 0 && have == want),
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
