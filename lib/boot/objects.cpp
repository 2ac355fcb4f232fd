// SPDX-License-Identifier: Apache-2.0
#include "boot/objects.hpp"

#include "base/text.hpp"
#include "boot/believe.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::boot {

namespace {

using nlohmann::json;

constexpr std::string_view kRbac = "rbac.authorization.k8s.io/v1";

json object(std::string_view api_version, std::string_view kind, std::string_view name) {
  return {{"apiVersion", api_version}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

json namespace_object(std::string_view name) {
  return object("v1", "Namespace", name);
}

// The API server makes these itself, a second after it serves (hook
// scheduling/bootstrap-system-priority-classes); pods of the class are refused until then.
json priority_class(std::string_view name, std::int64_t value, std::string_view description) {
  json made = object("scheduling.k8s.io/v1", "PriorityClass", name);
  made["value"] = value;
  made["description"] = description;
  return made;
}

json rule(std::initializer_list<std::string_view> verbs, std::string_view group,
          std::initializer_list<std::string_view> resources) {
  return {{"apiGroups", json::array({group})}, {"resources", json(resources)}, {"verbs", json(verbs)}};
}

// kube-proxy's role, which the API server makes a second after it serves (hook rbac/bootstrap-roles). Same
// rules as kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go; the hook adds what a
// version has besides.
json node_proxier_role() {
  json role = object(kRbac, "ClusterRole", "system:node-proxier");
  role["metadata"]["annotations"] = {{"rbac.authorization.kubernetes.io/autoupdate", "true"}};
  role["metadata"]["labels"] = {{"kubernetes.io/bootstrapping", "rbac-defaults"}};
  json events = rule({"create", "patch", "update"}, "", {"events"});
  events["apiGroups"] = json::array({"", "events.k8s.io"});
  role["rules"] = json::array({rule({"list", "watch"}, "", {"endpoints", "services"}),
                               rule({"get", "list", "watch"}, "", {"nodes"}), events,
                               rule({"list", "watch"}, "networking.k8s.io", {"servicecidrs"}),
                               rule({"list", "watch"}, "discovery.k8s.io", {"endpointslices"})});
  return role;
}

// The API server's own service, which it makes itself two seconds after it serves. A pod that starts earlier
// gets no KUBERNETES_SERVICE_HOST in its environment, and CoreDNS ends at once without it.
json api_service(const std::string& address) {
  json service = object("v1", "Service", "kubernetes");
  service["metadata"]["namespace"] = "default";
  service["metadata"]["labels"] = {{"component", "apiserver"}, {"provider", "kubernetes"}};
  service["spec"] = {
      {"clusterIP", address},
      {"ipFamilyPolicy", "SingleStack"},
      {"ports",
       json::array({{{"name", "https"}, {"port", 443}, {"protocol", "TCP"}, {"targetPort", 6443}}})}};
  return service;
}

// kubeadm binds its administrators' group before anything else; its dry run does not print that.
json cluster_admins_binding() {
  json binding = object(kRbac, "ClusterRoleBinding", "kubeadm:cluster-admins");
  binding["roleRef"] = {
      {"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", "cluster-admin"}};
  binding["subjects"] = json::array(
      {{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Group"}, {"name", "kubeadm:cluster-admins"}}});
  return binding;
}

// Every pod mounts it; a controller publishes it into each namespace, seconds too late for the first pods.
json root_ca(std::string_view name_space, const std::string& certificate) {
  json map = object("v1", "ConfigMap", "kube-root-ca.crt");
  map["metadata"]["namespace"] = name_space;
  map["metadata"]["annotations"] = {
      {"kubernetes.io/description",
       "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints "
       "such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
       "distributions of Kubernetes clusters."}};
  map["data"] = {{"ca.crt", certificate}};
  return map;
}

// kubelet, while younger than a probe's period, sleeps a random part of that period before the first probe;
// with the default of ten seconds CoreDNS is known to be ready up to ten seconds late.
void probe_often(json& deployment) {
  for (auto& container : deployment["spec"]["template"]["spec"]["containers"]) {
    if (container.contains("readinessProbe")) {
      container["readinessProbe"]["periodSeconds"] = 1;
    }
  }
}

void renew_token(json& secret, std::chrono::system_clock::time_point now) {
  if (secret["data"].contains("expiration")) {
    secret["data"]["expiration"] = base::to_base64(base::to_rfc3339(now + std::chrono::hours(24)));
  }
}

// The rendering was made with the dry run's own throw-away authority.
void set_authority(json& cluster_info, const std::string& certificate) {
  auto& text = cluster_info["data"]["kubeconfig"].get_ref<std::string&>();
  constexpr std::string_view kKey = "certificate-authority-data: ";
  const auto start = text.find(kKey);
  if (start != std::string::npos) {
    const auto value = start + kKey.size();
    text.replace(value, text.find('\n', value) - value, base::to_base64(certificate));
  }
}

// What only later joins, upgrades and people look at.
bool is_record(const std::string& kind, const std::string& name) {
  constexpr std::array<std::string_view, 3> kRecordMaps = {"kubeadm-config", "kubelet-config",
                                                           "cluster-info"};
  if (kind == "Secret") {
    return true;
  }
  if (kind == "ConfigMap") {
    return std::ranges::find(kRecordMaps, name) != kRecordMaps.end();
  }
  return name.starts_with("kubeadm:") && name != "kubeadm:node-proxier";
}

bool is_foundation(const std::string& kind) {
  return kind == "Namespace" || kind == "ServiceAccount" || kind == "PriorityClass";
}

void adapt(json& made, const ObjectsInput& input) {
  const auto kind = made.at("kind").get<std::string>();
  const auto name = made.at("metadata").at("name").get<std::string>();
  made["metadata"].erase("resourceVersion");  // kubeadm prints "0" for the DNS service; a server refuses it
  made.erase("status");
  if (kind == "Deployment" && name == "coredns") {
    probe_often(made);
  } else if (kind == "Secret") {
    renew_token(made, input.now);
  } else if (kind == "ConfigMap" && name == "cluster-info") {
    set_authority(made, input.ca_certificate);
  }
}

std::vector<json> parse_all(const std::vector<std::string>& texts, const Names& names) {
  std::vector<json> objects;
  for (const auto& text : texts) {
    objects.push_back(json::parse(with_names(text, names)));
  }
  return objects;
}

json make_node(const NodeBoot& node, const ObjectsInput& input) {
  json made = object("v1", "Node", node.name);
  json labels = {{"kubernetes.io/hostname", node.name}};
  for (const auto& label : node.labels) {
    const auto equals = label.find('=');
    labels[label.substr(0, equals)] = equals == std::string::npos ? "" : label.substr(equals + 1);
  }
  made["spec"] = {{"podCIDR", node.pod_cidrs.front()},
                  {"podCIDRs", node.pod_cidrs},
                  {"providerID", provider_id(input.names.cluster, node.name)}};
  if (node.control_plane) {
    labels["node-role.kubernetes.io/control-plane"] = "";
    // kind leaves its only node open to everything.
    if (input.nodes.size() > 1) {
      labels["node.kubernetes.io/exclude-from-external-load-balancers"] = "";
      made["spec"]["taints"] =
          json::array({{{"key", "node-role.kubernetes.io/control-plane"}, {"effect", "NoSchedule"}}});
    }
  }
  made["metadata"]["labels"] = std::move(labels);
  return made;
}

// Where kubelet has no file of its own for it (before 1.34), kubeadm keeps the runtime's socket on the node.
json annotated_node(const NodeBoot& node, const ObjectsInput& input, const Rendering& rendering) {
  json made = make_node(node, input);
  if (rendering.instance_config.empty()) {
    made["metadata"]["annotations"] = {
        {"kubeadm.alpha.kubernetes.io/cri-socket", "unix:///run/containerd/containerd.sock"}};
  }
  return made;
}

// What the API server makes itself, seconds later, and what kubeadm makes without printing it.
std::vector<json> own_foundation(const ObjectsInput& input) {
  return {namespace_object("kube-system"),
          namespace_object("kube-public"),
          namespace_object("default"),
          api_service(input.service_address),
          node_proxier_role(),
          cluster_admins_binding()};
}

std::vector<json> own_priority_classes() {
  return {priority_class("system-node-critical", 2000001000,
                         "Used for system critical pods that must not be moved from their current node."),
          priority_class(
              "system-cluster-critical", 2000000000,
              "Used for system critical pods that must run in the cluster, but can be moved to another "
              "node if necessary.")};
}

void place(ClusterObjects& sorted, json made, bool urgent) {
  const auto kind = made.at("kind").get<std::string>();
  const bool record = !urgent || is_record(kind, made.at("metadata").at("name").get<std::string>());
  auto& group = is_foundation(kind) ? sorted.foundation : record ? sorted.records : sorted.workloads;
  group.push_back(made.dump());
}

}  // namespace

std::string node_object(const NodeBoot& node, const ObjectsInput& input) {
  return make_node(node, input).dump();
}

ClusterObjects cluster_objects(const Rendering& rendering, const ObjectsInput& input) {
  ClusterObjects sorted;
  for (const auto& made : own_priority_classes()) {
    sorted.priority_classes.push_back(made.dump());
  }
  for (const auto& made : own_foundation(input)) {
    sorted.foundation.push_back(made.dump());
  }
  for (const auto& node : input.nodes) {
    sorted.workloads.push_back(annotated_node(node, input, rendering).dump());
  }
  sorted.workloads.push_back(root_ca("kube-system", input.ca_certificate).dump());
  const auto place_all = [&](const std::vector<std::string>& texts, bool urgent) {
    for (auto& made : parse_all(texts, input.names)) {
      adapt(made, input);
      place(sorted, std::move(made), urgent);
    }
  };
  believing("an object of the node image", [&] {
    place_all(rendering.objects, true);
    place_all(rendering.cni, true);
    place_all(rendering.rbac, false);
    place_all(rendering.storage, false);
  });
  return sorted;
}

}  // namespace ingot::boot
