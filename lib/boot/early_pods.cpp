// SPDX-License-Identifier: Apache-2.0
// Copies what Kubernetes' own controllers put into the objects they create:
// pkg/controller/controller_utils.go (GetPodFromTemplate), pkg/controller/daemon/util/daemonset_util.go
// (default tolerations, node affinity), pkg/controller/deployment/sync.go (getNewReplicaSet) and
// pkg/controller/deployment/util/deployment_util.go (annotations).
#include "base/hash.hpp"
#include "boot/believe.hpp"
#include "boot/objects.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace ingot::boot {

namespace {

using nlohmann::json;

json owner_reference(const json& owner) {
  return {{"apiVersion", owner.at("apiVersion")},
          {"kind", owner.at("kind")},
          {"name", owner.at("metadata").at("name")},
          {"uid", owner.at("metadata").at("uid")},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

// Only has to be the same for the same template and different from the hashes of other templates: the
// Deployment controller compares the templates themselves.
std::string template_hash(const json& pod_template) {
  auto hash = base::fnv1a(pod_template.dump());
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";  // Kubernetes' own: spells no words
  std::string text;
  for (int i = 0; i < 10; ++i, hash /= kAlphabet.size()) {
    text += kAlphabet[hash % kAlphabet.size()];
  }
  return text;
}

// Replaces the toleration of the same taint, or adds itself.
void set_toleration(json& tolerations, const json& wanted) {
  for (auto& toleration : tolerations) {
    if (toleration.value("key", "") == wanted.at("key") &&
        toleration.value("effect", "") == wanted.at("effect") &&
        toleration.value("operator", "") == wanted.at("operator") && !toleration.contains("value")) {
      toleration = wanted;
      return;
    }
  }
  tolerations.push_back(wanted);
}

// What the DaemonSet controller adds, so that its pods run on nodes in any condition.
void add_daemon_tolerations(json& spec) {
  auto& tolerations = spec["tolerations"];
  const auto tolerate = [&](std::string_view key, std::string_view effect) {
    set_toleration(
        tolerations,
        {{"key", fmt::format("node.kubernetes.io/{}", key)}, {"operator", "Exists"}, {"effect", effect}});
  };
  tolerate("not-ready", "NoExecute");
  tolerate("unreachable", "NoExecute");
  tolerate("disk-pressure", "NoSchedule");
  tolerate("memory-pressure", "NoSchedule");
  tolerate("pid-pressure", "NoSchedule");
  tolerate("unschedulable", "NoSchedule");
  if (spec.value("hostNetwork", false)) {
    tolerate("network-unavailable", "NoSchedule");
  }
}

void pin_to_node(json& spec, const std::string& node) {
  const json only_there = {{"key", "metadata.name"}, {"operator", "In"}, {"values", json::array({node})}};
  spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] = {
      {"nodeSelectorTerms", json::array({{{"matchFields", json::array({only_there})}}})}};
}

// How many pods a roll-out may add: a number, or a share of the replicas, rounded up.
std::int64_t max_surge(const json& deployment_spec, std::int64_t replicas) {
  const json strategy = deployment_spec.value("strategy", json::object());
  if (strategy.value("type", "") != "RollingUpdate") {
    return 0;
  }
  const json surge = strategy.value("rollingUpdate", json::object()).value("maxSurge", json(0));
  if (surge.is_number_integer()) {
    return surge.get<std::int64_t>();
  }
  const auto text = surge.get<std::string>();
  std::int64_t percent = 0;
  std::from_chars(text.data(), text.data() + text.size(), percent);
  return (replicas * percent + 99) / 100;
}

json replica_set_annotations(const json& deployment, std::int64_t replicas) {
  constexpr std::array<std::string_view, 6> kNotCopied = {"kubectl.kubernetes.io/last-applied-configuration",
                                                          "deployment.kubernetes.io/revision",
                                                          "deployment.kubernetes.io/revision-history",
                                                          "deployment.kubernetes.io/desired-replicas",
                                                          "deployment.kubernetes.io/max-replicas",
                                                          "deprecated.deployment.rollback.to"};
  json annotations = {{"deployment.kubernetes.io/desired-replicas", std::to_string(replicas)},
                      {"deployment.kubernetes.io/max-replicas",
                       std::to_string(replicas + max_surge(deployment.at("spec"), replicas))},
                      {"deployment.kubernetes.io/revision", "1"}};
  const json own = deployment.at("metadata").value("annotations", json::object());
  for (const auto& [name, value] : own.items()) {
    if (std::ranges::find(kNotCopied, name) == kNotCopied.end()) {
      annotations[name] = value.get<std::string>();
    }
  }
  return annotations;
}

json make_replica_set(const json& owner) {
  const auto& spec = owner.at("spec");
  json pod_template = spec.at("template");
  const std::string hash = template_hash(pod_template);
  const auto replicas = spec.value("replicas", std::int64_t{1});
  pod_template["metadata"]["labels"]["pod-template-hash"] = hash;
  json selector = spec.at("selector");
  selector["matchLabels"]["pod-template-hash"] = hash;
  json made = {{"apiVersion", "apps/v1"},
               {"kind", "ReplicaSet"},
               {"metadata",
                {{"name", fmt::format("{}-{}", owner.at("metadata").at("name").get<std::string>(), hash)},
                 {"namespace", owner.at("metadata").at("namespace")},
                 {"labels", pod_template["metadata"]["labels"]},
                 {"annotations", replica_set_annotations(owner, replicas)},
                 {"ownerReferences", json::array({owner_reference(owner)})}}},
               {"spec", {{"replicas", replicas}, {"selector", selector}, {"template", pod_template}}}};
  if (spec.contains("minReadySeconds")) {
    made["spec"]["minReadySeconds"] = spec.at("minReadySeconds");
  }
  return made;
}

// The API server counts a DaemonSet's templates in an annotation.
std::string template_generation(const json& daemon_set) {
  return daemon_set.at("metadata")
      .value("annotations", json::object())
      .value("deprecated.daemonset.template.generation", "1");
}

json make_pod(const json& owner, const std::string& node, const std::string& revision) {
  const json& pod_template = owner.at("spec").at("template");
  json metadata = {{"generateName", owner.at("metadata").at("name").get<std::string>() + "-"},
                   {"namespace", owner.at("metadata").at("namespace")},
                   {"labels", pod_template.at("metadata").value("labels", json::object())},
                   {"ownerReferences", json::array({owner_reference(owner)})}};
  for (const auto* member : {"annotations", "finalizers"}) {
    if (pod_template.at("metadata").contains(member)) {
      metadata[member] = pod_template.at("metadata").at(member);
    }
  }
  json spec = pod_template.at("spec");
  if (owner.at("kind") == "DaemonSet") {
    metadata["labels"]["controller-revision-hash"] = revision;
    metadata["labels"]["pod-template-generation"] = template_generation(owner);
    add_daemon_tolerations(spec);
    pin_to_node(spec, node);
  }
  spec["nodeName"] = node;
  return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", metadata}, {"spec", spec}};
}

}  // namespace

std::string replica_set_of(const std::string& deployment) {
  std::string text;
  believing("a Deployment", [&] { text = make_replica_set(json::parse(deployment)).dump(); });
  return text;
}

std::string early_pod(const std::string& owner, const std::string& node, const std::string& revision) {
  std::string text;
  believing("a pod's owner", [&] { text = make_pod(json::parse(owner), node, revision).dump(); });
  return text;
}

}  // namespace ingot::boot
