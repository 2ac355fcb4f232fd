// SPDX-License-Identifier: Apache-2.0
#include "cluster/components.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "cluster/component_health.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::cluster {

namespace {

using nlohmann::json;

json items_of(kube::Client& api, const std::string& path, const std::stop_token& stop) {
  const auto list = api.get(path, stop);
  const bool is_list = list && list->is_object() && list->contains("items") && (*list)["items"].is_array();
  return is_list ? (*list)["items"] : json::array();
}

void look_at_nodes(kube::Client& api, ClusterStatus& status, const std::stop_token& stop) {
  for (const auto& item : items_of(api, "/api/v1/nodes", stop)) {
    const json ready = condition_of(item, "Ready");
    const bool is_ready = text_at(ready, {"status"}) == "True";
    status.nodes.push_back({.name = text_at(item, {"metadata", "name"}),
                            .state = is_ready ? "Ready" : "NotReady",
                            .detail = is_ready ? "" : text_at(ready, {"message"}),
                            .version = text_at(item, {"status", "nodeInfo", "kubeletVersion"}),
                            .address = addresses_of(item),
                            .reported = base::parse_rfc3339(text_at(ready, {"lastHeartbeatTime"}))});
  }
}

NodeStarts starts_of(node::Host& host, const std::vector<node::Node>& nodes, const std::stop_token& stop) {
  NodeStarts starts;
  for (const auto& node : nodes) {
    const auto info = host.inspect(node.id, stop);
    if (const auto started = info ? base::parse_rfc3339(info->started_at) : std::nullopt) {
      starts[node.name] = *started;
    }
  }
  return starts;
}

std::vector<ComponentStatus> ask(kube::Client& api, const NodeStarts& starts, ClusterStatus& status,
                                 const std::stop_token& stop) {
  std::vector<ComponentStatus> components;
  const auto version = api.get("/version", stop);
  status.kubernetes_version = version ? text_at(*version, {"gitVersion"}) : "";
  components.push_back({"API server", true, status.endpoint});
  look_at_nodes(api, status, stop);
  const json pods =
      items_of(api, "/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane", stop);
  const auto now = std::chrono::system_clock::now();
  components.push_back(static_pod_health(pods, "etcd", "etcd", now, starts));
  components.push_back(static_pod_health(pods, "kube-controller-manager", "controller manager", now, starts));
  components.push_back(static_pod_health(pods, "kube-scheduler", "scheduler", now, starts));
  components.push_back(
      network_health(items_of(api, "/apis/apps/v1/namespaces/kube-system/daemonsets", stop), now, starts));
  const auto dns = api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns", stop);
  components.push_back(dns_health(dns ? *dns : json()));
  components.push_back(storage_health(items_of(api, "/apis/storage.k8s.io/v1/storageclasses", stop)));
  return components;
}

}  // namespace

std::vector<ComponentStatus> look_at_components(node::Host& host, const std::vector<node::Node>& nodes,
                                                ClusterStatus& status, const std::stop_token& stop) {
  const auto* control_plane = first_control_plane(nodes);
  if (control_plane == nullptr) {
    return {{"API server", false, "the cluster has no control plane"}};
  }
  const auto* entrance = entrance_of(nodes);
  for (const auto* needed : {control_plane, entrance}) {
    if (needed->state != "running") {
      return {{"API server", false, fmt::format("node {} is {}", needed->name, needed->state)}};
    }
  }
  try {
    const auto access = read_access(host, control_plane->name, entrance->name, "admin.conf", stop);
    status.endpoint = access.server;
    const auto api = make_api(access, entrance->name);
    return ask(*api, starts_of(host, nodes, stop), status, stop);
  } catch (const base::Cancelled&) {  // the caller checks its stop token
    return {};
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    return {{"API server", false, failure.cause.empty() ? failure.message : failure.cause}};
  }
}

}  // namespace ingot::cluster
