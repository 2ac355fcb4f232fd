// SPDX-License-Identifier: Apache-2.0
#include "kube/resources.hpp"

#include "base/error.hpp"
#include "kube/text_in.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::kube {

namespace {

using nlohmann::json;

struct Builtin {
  std::string_view group;
  std::string_view kind;
  std::string_view plural;
  bool namespaced;
};

constexpr std::array kBuiltins{
    Builtin{"", "ConfigMap", "configmaps", true},
    Builtin{"", "Endpoints", "endpoints", true},
    Builtin{"", "LimitRange", "limitranges", true},
    Builtin{"", "Namespace", "namespaces", false},
    Builtin{"", "Node", "nodes", false},
    Builtin{"", "PersistentVolume", "persistentvolumes", false},
    Builtin{"", "PersistentVolumeClaim", "persistentvolumeclaims", true},
    Builtin{"", "Pod", "pods", true},
    Builtin{"", "ResourceQuota", "resourcequotas", true},
    Builtin{"", "Secret", "secrets", true},
    Builtin{"", "Service", "services", true},
    Builtin{"", "ServiceAccount", "serviceaccounts", true},
    Builtin{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations",
            false},
    Builtin{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies",
            false},
    Builtin{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings", false},
    Builtin{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations", false},
    Builtin{"apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", false},
    Builtin{"apiregistration.k8s.io", "APIService", "apiservices", false},
    Builtin{"apps", "ControllerRevision", "controllerrevisions", true},
    Builtin{"apps", "DaemonSet", "daemonsets", true},
    Builtin{"apps", "Deployment", "deployments", true},
    Builtin{"apps", "ReplicaSet", "replicasets", true},
    Builtin{"apps", "StatefulSet", "statefulsets", true},
    Builtin{"autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true},
    Builtin{"batch", "CronJob", "cronjobs", true},
    Builtin{"batch", "Job", "jobs", true},
    Builtin{"certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", false},
    Builtin{"coordination.k8s.io", "Lease", "leases", true},
    Builtin{"discovery.k8s.io", "EndpointSlice", "endpointslices", true},
    Builtin{"networking.k8s.io", "IPAddress", "ipaddresses", false},
    Builtin{"networking.k8s.io", "Ingress", "ingresses", true},
    Builtin{"networking.k8s.io", "IngressClass", "ingressclasses", false},
    Builtin{"networking.k8s.io", "NetworkPolicy", "networkpolicies", true},
    Builtin{"networking.k8s.io", "ServiceCIDR", "servicecidrs", false},
    Builtin{"node.k8s.io", "RuntimeClass", "runtimeclasses", false},
    Builtin{"policy", "PodDisruptionBudget", "poddisruptionbudgets", true},
    Builtin{"rbac.authorization.k8s.io", "ClusterRole", "clusterroles", false},
    Builtin{"rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", false},
    Builtin{"rbac.authorization.k8s.io", "Role", "roles", true},
    Builtin{"rbac.authorization.k8s.io", "RoleBinding", "rolebindings", true},
    Builtin{"resource.k8s.io", "DeviceClass", "deviceclasses", false},
    Builtin{"scheduling.k8s.io", "PriorityClass", "priorityclasses", false},
    Builtin{"storage.k8s.io", "CSIDriver", "csidrivers", false},
    Builtin{"storage.k8s.io", "StorageClass", "storageclasses", false},
};

std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

// Names become parts of a path: "a/../b" must not lead elsewhere.
void check_part(const std::string& text, const char* what) {
  const auto is_safe = [](char c) {
    return c > ' ' && std::string_view("/?%#\x7F").find(c) == std::string_view::npos;
  };
  if (!std::ranges::all_of(text, is_safe) || text == "." || text == "..") {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("'{}' is not a {}", text, what));
  }
}

}  // namespace

ObjectId id_of(const json& object) {
  const json metadata = object.is_object() ? object.value("metadata", json::object()) : json::object();
  ObjectId id{.api_version = text_in(object, "apiVersion"),
              .kind = text_in(object, "kind"),
              .name = text_in(metadata, "name"),
              .name_space = text_in(metadata, "namespace")};
  if (id.api_version.empty() || id.kind.empty() ||
      (id.name.empty() && text_in(metadata, "generateName").empty())) {
    throw base::Error(base::ErrorCode::invalid_input,
                      "a Kubernetes object lacks its apiVersion, kind or name");
  }
  check_part(id.name, "name");
  check_part(id.name_space, "namespace");
  return id;
}

std::optional<Resource> builtin_resource(std::string_view api_version, std::string_view kind) {
  const std::string_view group = group_of(api_version);
  const auto* found = std::ranges::find_if(
      kBuiltins, [&](const Builtin& entry) { return entry.group == group && entry.kind == kind; });
  if (found == kBuiltins.end()) {
    return std::nullopt;
  }
  return Resource{std::string(found->plural), found->namespaced};
}

std::string group_path(const std::string& api_version) {
  const bool is_core = api_version.find('/') == std::string::npos;
  return (is_core ? "/api/" : "/apis/") + api_version;
}

std::string collection_path(const ObjectId& id, const Resource& resource) {
  std::string path = group_path(id.api_version);
  if (resource.namespaced) {
    path += "/namespaces/" + (id.name_space.empty() ? "default" : id.name_space);
  }
  return path + '/' + resource.plural;
}

}  // namespace ingot::kube
