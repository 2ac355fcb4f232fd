// SPDX-License-Identifier: Apache-2.0
#include "cluster/components.hpp"

#include "base/error.hpp"
#include "cluster/api_access.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace ingot::cluster {

namespace {

using nlohmann::json;

// From a kubelet's or controller's answer that may lack any part.
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

std::string text_at(const json& object, std::initializer_list<std::string_view> path) {
  const json value = at_path(object, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

json items_of(kube::Client& api, const std::string& path, const std::stop_token& stop) {
  const auto list = api.get(path, stop);
  json items = list ? at_path(*list, {"items"}) : json();
  return items.is_array() ? items : json::array();
}

json condition_of(const json& object, std::string_view type) {
  for (const auto& condition : at_path(object, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) == type) {
      return condition;
    }
  }
  return nullptr;
}

void look_at_nodes(kube::Client& api, ClusterStatus& status, const std::stop_token& stop) {
  for (const auto& item : items_of(api, "/api/v1/nodes", stop)) {
    const json ready = condition_of(item, "Ready");
    const bool is_ready = text_at(ready, {"status"}) == "True";
    status.nodes.push_back({.name = text_at(item, {"metadata", "name"}),
                            .state = is_ready ? "Ready" : "NotReady",
                            .detail = is_ready ? "" : text_at(ready, {"message"}),
                            .version = text_at(item, {"status", "nodeInfo", "kubeletVersion"})});
  }
}

// Static pods are named after their component and their node.
ComponentStatus look_at_static_pods(const json& pods, std::string_view label, std::string title) {
  ComponentStatus status{.name = std::move(title), .healthy = false, .detail = "no pod"};
  for (const auto& pod : pods) {
    if (text_at(pod, {"metadata", "labels", "component"}) != label) {
      continue;
    }
    const json ready = condition_of(pod, "Ready");
    status.healthy = text_at(ready, {"status"}) == "True";
    status.detail = status.healthy ? text_at(pod, {"metadata", "name"})
                                   : fmt::format("{}: {}", text_at(pod, {"metadata", "name"}),
                                                 text_at(ready, {"message"}));
    if (!status.healthy) {
      break;
    }
  }
  return status;
}

ComponentStatus look_at_dns(kube::Client& api, const std::stop_token& stop) {
  const auto dns = api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns", stop);
  if (!dns) {
    return {"DNS", false, "there is no deployment coredns"};
  }
  const json available = condition_of(*dns, "Available");
  const json ready = at_path(*dns, {"status", "readyReplicas"});
  const json wanted = at_path(*dns, {"spec", "replicas"});
  return {"DNS", text_at(available, {"status"}) == "True",
          fmt::format("CoreDNS, {} of {} ready", ready.is_number() ? ready.get<int>() : 0,
                      wanted.is_number() ? wanted.get<int>() : 1)};
}

// Any DaemonSet of kube-system but kube-proxy is taken to be the network's.
ComponentStatus look_at_cni(const json& daemon_sets) {
  for (const auto& item : daemon_sets) {
    const std::string name = text_at(item, {"metadata", "name"});
    if (name == "kube-proxy") {
      continue;
    }
    const json ready = at_path(item, {"status", "numberReady"});
    const json wanted = at_path(item, {"status", "desiredNumberScheduled"});
    const int have = ready.is_number() ? ready.get<int>() : 0;
    const int want = wanted.is_number() ? wanted.get<int>() : 0;
    return {"CNI", want > 0 && have == want, fmt::format("{}, {} of {} ready", name, have, want)};
  }
  return {"CNI", false, "no network daemon in kube-system"};
}

ComponentStatus look_at_storage(kube::Client& api, const std::stop_token& stop) {
  for (const auto& item : items_of(api, "/apis/storage.k8s.io/v1/storageclasses", stop)) {
    if (at_path(item, {"metadata", "annotations"})
            .value("storageclass.kubernetes.io/is-default-class", std::string()) == "true") {
      return {"storage class", true,
              fmt::format("{} ({})", text_at(item, {"metadata", "name"}), text_at(item, {"provisioner"}))};
    }
  }
  return {"storage class", false, "none is the default"};
}

std::vector<ComponentStatus> ask(kube::Client& api, ClusterStatus& status, const std::stop_token& stop) {
  std::vector<ComponentStatus> components;
  const auto version = api.get("/version", stop);
  status.kubernetes_version = version ? text_at(*version, {"gitVersion"}) : "";
  components.push_back({"API server", true, status.endpoint});
  look_at_nodes(api, status, stop);
  const json pods =
      items_of(api, "/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane", stop);
  components.push_back(look_at_static_pods(pods, "etcd", "etcd"));
  components.push_back(look_at_static_pods(pods, "kube-controller-manager", "controller manager"));
  components.push_back(look_at_static_pods(pods, "kube-scheduler", "scheduler"));
  components.push_back(look_at_cni(items_of(api, "/apis/apps/v1/namespaces/kube-system/daemonsets", stop)));
  components.push_back(look_at_dns(api, stop));
  components.push_back(look_at_storage(api, stop));
  return components;
}

}  // namespace

std::vector<ComponentStatus> look_at_components(node::Host& host, const std::vector<node::Node>& nodes,
                                                ClusterStatus& status, const std::stop_token& stop) {
  const auto* control_plane = first_control_plane(nodes);
  if (control_plane == nullptr) {
    return {{"API server", false, "the cluster has no control plane"}};
  }
  if (control_plane->state != "running") {
    return {{"API server", false, fmt::format("node {} is {}", control_plane->name, control_plane->state)}};
  }
  try {
    const auto access = read_access(host, control_plane->name, "admin.conf", stop);
    status.endpoint = access.server;
    const auto api = make_api(access, control_plane->name);
    return ask(*api, status, stop);
  } catch (const base::Cancelled&) {  // the caller checks its stop token
    return {};
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    return {{"API server", false, failure.cause.empty() ? failure.message : failure.cause}};
  }
}

}  // namespace ingot::cluster
