// SPDX-License-Identifier: Apache-2.0
#include "snapshot/identity.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace ingot::snapshot {

namespace {

using nlohmann::json;

json part(const json& object, const char* pointer) {
  return object.value(json::json_pointer(pointer), json());
}

// What the API itself says of an object; without it the object can be made again.
json without_origin(json object) {
  for (const auto* key : {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields",
                          "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers"}) {
    object["metadata"].erase(key);
  }
  object.erase("status");
  return object;
}

json renamed(const json& value, const base::Renaming& renaming) {
  return json::parse(renaming.in(value.dump()));
}

// Devices are the machine's: they stay with the node that was copied, and with them the labels that tell of
// them (attach/target.hpp). Its resources of this form are devices.
void forget_devices(json& labels, const json& node) {
  const auto capacity = part(node, "/status/capacity");
  for (const auto& [resource, amount] : capacity.items()) {
    if (labels.is_object() && resource.find('/') != std::string::npos) {
      for (const auto* what : {".present", ".count", ".replicas", ".sharing-strategy"}) {
        labels.erase(resource + what);
      }
    }
  }
}

// The kubelet of a control plane may have made itself known meanwhile; it does not know its share of the pod
// subnet.
void move_node(kube::Client& api, const json& node, const base::Renaming& renaming,
               const std::stop_token& stop) {
  auto copy = without_origin(renamed(node, renaming));
  copy["apiVersion"] = "v1";
  copy["kind"] = "Node";
  forget_devices(copy["metadata"]["labels"], node);
  json taints = json::array();
  for (const auto& taint : copy["spec"].value("taints", json::array())) {
    if (!taint.value("key", "").starts_with("node.kubernetes.io/")) {  // of the moment
      taints.push_back(taint);
    }
  }
  copy["spec"]["taints"] = taints;
  bool existed = false;
  api.create(copy, stop, &existed);
  const std::string name = copy["metadata"]["name"];
  if (existed) {
    copy["metadata"].erase("name");
    api.patch("/api/v1/nodes/" + name, kube::PatchKind::merge,
              {{"metadata", copy["metadata"]}, {"spec", copy["spec"]}}, stop);
  }
  api.remove("/api/v1/nodes/" + node["metadata"]["name"].get<std::string>(), stop);
}

// Where a volume may be used cannot be changed. Nothing that would take its files away runs now.
void move_volume(kube::Client& api, const json& volume, const base::Renaming& renaming,
                 const std::stop_token& stop) {
  const auto path = "/api/v1/persistentvolumes/" + volume["metadata"]["name"].get<std::string>();
  auto copy = without_origin(renamed(volume, renaming));
  copy["apiVersion"] = "v1";
  copy["kind"] = "PersistentVolume";
  api.patch(path, kube::PatchKind::merge, {{"metadata", {{"finalizers", nullptr}}}}, stop);
  api.remove(path, stop);
  api.create(copy, stop);
}

void move_claim(kube::Client& api, const json& claim, const base::Renaming& renaming,
                const std::stop_token& stop) {
  constexpr const char* kSelected = "volume.kubernetes.io/selected-node";
  const auto annotations = part(claim, "/metadata/annotations");
  const auto node = annotations.is_object() ? renaming.of(annotations.value(kSelected, "")) : "";
  if (!node.empty()) {
    api.patch("/api/v1/namespaces/" + claim["metadata"]["namespace"].get<std::string>() +
                  "/persistentvolumeclaims/" + claim["metadata"]["name"].get<std::string>(),
              kube::PatchKind::merge, {{"metadata", {{"annotations", {{kSelected, node}}}}}}, stop);
  }
}

// What its user bound to a node by name goes with that node.
json rebound(const json& pod_spec, const base::Renaming& renaming) {
  json changes = json::object();
  for (const auto* field : {"nodeSelector", "affinity"}) {
    const auto before = pod_spec.value(field, json());
    const auto after = renamed(before, renaming);
    if (after != before) {
      changes[field] = after;
    }
  }
  return changes;
}

// Controllers make pods anew; one that has none is made here.
void move_pod(kube::Client& api, const json& pod, const base::Renaming& renaming,
              const std::stop_token& stop) {
  const auto node = pod.value(json::json_pointer("/spec/nodeName"), std::string());
  if (renaming.of(node).empty()) {
    return;
  }
  api.remove_at_once("/api/v1/namespaces/" + pod["metadata"]["namespace"].get<std::string>() + "/pods/" +
                         pod["metadata"]["name"].get<std::string>(),
                     stop);
  const bool is_owned = !part(pod, "/metadata/ownerReferences").is_null() ||
                        !part(pod, "/metadata/annotations/kubernetes.io~1config.mirror").is_null();
  if (!is_owned) {
    auto copy = without_origin(pod);
    copy["apiVersion"] = "v1";
    copy["kind"] = "Pod";
    copy["spec"].update(rebound(copy["spec"], renaming));
    copy["spec"]["nodeName"] = renaming.of(node);
    api.create(copy, stop);
  }
}

void move_workload(kube::Client& api, const std::string& kind, const json& workload,
                   const base::Renaming& renaming, const std::stop_token& stop) {
  const auto changes = rebound(part(workload, "/spec/template/spec"), renaming);
  if (!changes.empty()) {
    api.patch("/apis/apps/v1/namespaces/" + workload["metadata"]["namespace"].get<std::string>() + "/" +
                  kind + "/" + workload["metadata"]["name"].get<std::string>(),
              kube::PatchKind::merge, {{"spec", {{"template", {{"spec", changes}}}}}}, stop);
  }
}

// Settings that name the API's entrance, in objects of the system.
void move_setting(kube::Client& api, const std::string& collection, const json& object, const char* field,
                  const base::Renaming& renaming, const std::stop_token& stop) {
  const auto before = object.value(field, json());
  const auto after = renamed(before, renaming);
  if (after != before) {
    api.patch(collection + "/" + object["metadata"]["name"].get<std::string>(), kube::PatchKind::merge,
              {{field, after}}, stop);
  }
}

}  // namespace

void mend_objects(kube::Client& api, const base::Renaming& renaming, const std::stop_token& stop) {
  const auto each = [&](const std::string& path, const auto& act) {
    const auto found = api.list(path, stop);
    for (const auto& object : found.at("items")) {
      act(object);
    }
  };
  each("/api/v1/nodes", [&](const json& node) {
    if (!renaming.of(node["metadata"]["name"]).empty()) {
      move_node(api, node, renaming, stop);
    }
  });
  each("/api/v1/persistentvolumes", [&](const json& volume) {
    const auto affinity = part(volume, "/spec/nodeAffinity");
    if (renamed(affinity, renaming) != affinity) {
      move_volume(api, volume, renaming, stop);
    }
  });
  each("/api/v1/persistentvolumeclaims", [&](const json& claim) { move_claim(api, claim, renaming, stop); });
  for (const std::string kind : {"deployments", "statefulsets", "daemonsets"}) {
    each("/apis/apps/v1/" + kind,
         [&](const json& workload) { move_workload(api, kind, workload, renaming, stop); });
  }
  each("/api/v1/pods", [&](const json& pod) { move_pod(api, pod, renaming, stop); });
  for (const auto* space : {"kube-system", "kube-public"}) {
    const auto path = std::string("/api/v1/namespaces/") + space + "/configmaps";
    each(path, [&](const json& map) { move_setting(api, path, map, "data", renaming, stop); });
  }
  const std::string daemons = "/apis/apps/v1/namespaces/kube-system/daemonsets";
  each(daemons, [&](const json& daemon) { move_setting(api, daemons, daemon, "spec", renaming, stop); });
  for (const auto* lease : {"kube-controller-manager", "kube-scheduler"}) {
    api.remove(std::string("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/") + lease, stop);
  }
}

}  // namespace ingot::snapshot
