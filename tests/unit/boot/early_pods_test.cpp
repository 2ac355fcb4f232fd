// SPDX-License-Identifier: Apache-2.0
// Against what Kubernetes v1.36.3's own controllers make: pkg/controller/deployment/sync.go,
// pkg/controller/deployment/util/deployment_util.go, pkg/controller/controller_utils.go,
// pkg/controller/daemon/util/daemonset_util.go.
#include "boot/objects.hpp"

#include "unit/boot/boot_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <regex>

namespace ingot::boot::test {

namespace {

using nlohmann::json;

// As an API server answers when the Deployment of CoreDNS was created.
json deployment() {
  return json::parse(R"({
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "coredns", "namespace": "kube-system", "uid": "d-uid", "generation": 1,
                 "labels": {"k8s-app": "kube-dns"}},
    "spec": {
      "replicas": 2,
      "selector": {"matchLabels": {"k8s-app": "kube-dns"}},
      "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
      "template": {
        "metadata": {"creationTimestamp": null, "labels": {"k8s-app": "kube-dns"}},
        "spec": {"containers": [{"name": "coredns", "image": "coredns:1"}], "serviceAccountName": "coredns"}
      }
    },
    "status": {}
  })");
}

json replica_set(const json& owner) {
  return json::parse(replica_set_of(owner.dump()));
}

json daemon_pod(const json& owner) {
  return json::parse(early_pod(owner.dump(), "a-worker", "6c9d8f7b5"));
}

std::string refusal_of_pod(const std::string& owner) {
  return ending_of([&] { std::ignore = early_pod(owner, "n", "r"); });
}

}  // namespace

TEST_CASE("a ReplicaSet is the one that the Deployment's controller would make", "[boot]") {
  const json made = replica_set(deployment());
  const auto hash = made.at("metadata").at("labels").at("pod-template-hash").get<std::string>();
  json expected = json::parse(R"({
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {
      "namespace": "kube-system",
      "labels": {"k8s-app": "kube-dns"},
      "annotations": {
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
        "deployment.kubernetes.io/revision": "1"
      },
      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "coredns", "uid": "d-uid",
                           "controller": true, "blockOwnerDeletion": true}]
    },
    "spec": {"replicas": 2, "selector": {"matchLabels": {"k8s-app": "kube-dns"}}}
  })");
  expected["metadata"]["name"] = "coredns-" + hash;
  expected["metadata"]["labels"]["pod-template-hash"] = hash;
  expected["spec"]["selector"]["matchLabels"]["pod-template-hash"] = hash;
  expected["spec"]["template"] = deployment().at("spec").at("template");
  expected["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = hash;
  CHECK(made == expected);
}

TEST_CASE("the hash of a template is a label value, the same for the same template only", "[boot]") {
  const auto hash_of = [](const json& owner) {
    return replica_set(owner).at("metadata").at("labels").at("pod-template-hash").get<std::string>();
  };
  const std::string hash = hash_of(deployment());
  CHECK(std::regex_match(hash, std::regex("[bcdfghjklmnpqrstvwxz2456789]{10}")));
  json other = deployment();
  other["metadata"]["uid"] = "another";
  other["spec"]["replicas"] = 5;
  CHECK(hash_of(other) == hash);
  other["spec"]["template"]["spec"]["containers"][0]["image"] = "coredns:2";
  CHECK(hash_of(other) != hash);
}

TEST_CASE("a ReplicaSet says how many pods a roll-out may have at most", "[boot]") {
  const auto [replicas, strategy, expected] = GENERATE(table<int, std::string, std::string>({
      {2, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}})", "3"},
      {1, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}})", "2"},
      {5, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}})", "7"},
      {4, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}})", "4"},
      {4, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3}})", "7"},
      {4, R"({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "100%"}})", "8"},
      {4, R"({"type": "RollingUpdate"})", "4"},
      {4, R"({"type": "Recreate"})", "4"},
  }));
  json owner = deployment();
  owner["spec"]["replicas"] = replicas;
  owner["spec"]["strategy"] = json::parse(strategy);
  INFO(strategy);
  CHECK(replica_set(owner).at("metadata").at("annotations").at("deployment.kubernetes.io/max-replicas") ==
        expected);
}

TEST_CASE("a ReplicaSet takes over the Deployment's annotations but for kubectl's and its controller's own",
          "[boot]") {
  json owner = deployment();
  owner["metadata"]["annotations"] = {{"team", "dns"},
                                      {"kubectl.kubernetes.io/last-applied-configuration", "{}"},
                                      {"deployment.kubernetes.io/revision", "7"},
                                      {"deployment.kubernetes.io/revision-history", "1,2"},
                                      {"deployment.kubernetes.io/desired-replicas", "9"},
                                      {"deployment.kubernetes.io/max-replicas", "9"},
                                      {"deprecated.deployment.rollback.to", "1"}};
  CHECK(replica_set(owner).at("metadata").at("annotations") ==
        json{{"team", "dns"},
             {"deployment.kubernetes.io/desired-replicas", "2"},
             {"deployment.kubernetes.io/max-replicas", "3"},
             {"deployment.kubernetes.io/revision", "1"}});
}

TEST_CASE("a ReplicaSet waits as long as its Deployment until a pod counts as available", "[boot]") {
  json owner = deployment();
  owner["spec"]["minReadySeconds"] = 5;
  CHECK(replica_set(owner).at("spec").at("minReadySeconds") == 5);
}

TEST_CASE("a pod of a ReplicaSet is the one that its controller would make, on its node already", "[boot]") {
  json owner = replica_set(deployment());
  owner["metadata"]["uid"] = "rs-uid";
  const auto hash = owner.at("metadata").at("labels").at("pod-template-hash").get<std::string>();
  const json pod = json::parse(early_pod(owner.dump(), "a-control-plane", ""));
  json expected = json::parse(R"({
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
      "namespace": "kube-system",
      "labels": {"k8s-app": "kube-dns"},
      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": "rs-uid", "controller": true,
                           "blockOwnerDeletion": true}]
    },
    "spec": {"containers": [{"name": "coredns", "image": "coredns:1"}], "serviceAccountName": "coredns",
             "nodeName": "a-control-plane"}
  })");
  expected["metadata"]["generateName"] = "coredns-" + hash + "-";
  expected["metadata"]["labels"]["pod-template-hash"] = hash;
  expected["metadata"]["ownerReferences"][0]["name"] = "coredns-" + hash;
  CHECK(pod == expected);
}

TEST_CASE("a pod of a DaemonSet is the one that its controller would make, on its node already", "[boot]") {
  CHECK(daemon_pod(json::parse(daemon_set("kindnet"))) == json::parse(R"({
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
      "generateName": "kindnet-",
      "namespace": "kube-system",
      "labels": {"app": "kindnet", "controller-revision-hash": "6c9d8f7b5", "pod-template-generation": "1"},
      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "kindnet", "uid": "ds-uid",
                           "controller": true, "blockOwnerDeletion": true}]
    },
    "spec": {
      "hostNetwork": true,
      "containers": [{"name": "cni", "image": "cni:1"}],
      "nodeName": "a-worker",
      "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a-worker"]}]}]}}},
      "tolerations": [
        {"operator": "Exists"},
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"},
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
        {"key": "node.kubernetes.io/disk-pressure", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/pid-pressure", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/network-unavailable", "operator": "Exists", "effect": "NoSchedule"}
      ]
    }
  })"));
}

TEST_CASE("only a daemon on the node's own network tolerates that there is no network", "[boot]") {
  json owner = json::parse(daemon_set("agent"));
  owner["spec"]["template"]["spec"].erase("hostNetwork");
  owner["spec"]["template"]["spec"].erase("tolerations");
  const auto tolerations = daemon_pod(owner).at("spec").at("tolerations");
  CHECK(tolerations.size() == 6);
  CHECK(tolerations.dump().find("network-unavailable") == std::string::npos);
}

TEST_CASE("a toleration that a DaemonSet has already is not added again", "[boot]") {
  json owner = json::parse(daemon_set("agent"));
  owner["spec"]["template"]["spec"]["tolerations"] = json::parse(R"([
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30},
    {"key": "node.kubernetes.io/disk-pressure", "operator": "Exists", "effect": "NoSchedule"}])");
  const auto tolerations = daemon_pod(owner).at("spec").at("tolerations");
  CHECK(tolerations.size() == 7);
  CHECK_FALSE(tolerations.at(0).contains("tolerationSeconds"));  // replaced by the endless one
}

TEST_CASE("a daemon's own affinity stays but for the nodes it may run on", "[boot]") {
  json owner = json::parse(daemon_set("agent"));
  owner["spec"]["template"]["spec"]["affinity"] = json::parse(R"({
    "podAffinity": {"x": 1},
    "nodeAffinity": {
      "preferredDuringSchedulingIgnoredDuringExecution": [],
      "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": []}]}}})");
  const auto affinity = daemon_pod(owner).at("spec").at("affinity");
  CHECK(affinity.contains("podAffinity"));
  CHECK(affinity.at("nodeAffinity").contains("preferredDuringSchedulingIgnoredDuringExecution"));
  CHECK(affinity.dump().find("matchExpressions") == std::string::npos);
}

TEST_CASE("a pod has its template's annotations and finalizers", "[boot]") {
  json owner = json::parse(daemon_set("agent"));
  owner["spec"]["template"]["metadata"]["annotations"] = {{"a", "b"}};
  owner["spec"]["template"]["metadata"]["finalizers"] = json::array({"x/y"});
  const auto metadata = daemon_pod(owner).at("metadata");
  CHECK(metadata.at("annotations") == json{{"a", "b"}});
  CHECK(metadata.at("finalizers") == json::array({"x/y"}));
}

TEST_CASE("pods of a changed DaemonSet carry its generation", "[boot]") {
  json owner = json::parse(daemon_set("agent"));
  owner["metadata"]["annotations"] = {{"deprecated.daemonset.template.generation", "3"}};
  CHECK(daemon_pod(owner).at("metadata").at("labels").at("pod-template-generation") == "3");
}

TEST_CASE("owners of nonsense give an error, not a crash", "[boot]") {
  const auto* owner =
      GENERATE("", "not JSON", "[]", "{}", R"({"kind": "DaemonSet"})",
               R"({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {}, "spec": {}})",
               R"({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": 5}, "spec": 5})");
  INFO(owner);
  CHECK(refusal_of_pod(owner) == "untrusted-answer");
  CHECK(ending_of([&] { std::ignore = replica_set_of(owner); }) == "untrusted-answer");
  for (const auto* pointer : {"/spec/template", "/spec/selector", "/spec/strategy", "/spec/replicas",
                              "/metadata/name", "/metadata/annotations"}) {
    json odd = deployment();
    odd[json::json_pointer(pointer)] = json::array({1});
    INFO(pointer);
    CHECK(ending_of([&] { std::ignore = replica_set_of(odd.dump()); }) == "untrusted-answer");
  }
}

}  // namespace ingot::boot::test
