// SPDX-License-Identifier: Apache-2.0
#include "boot/objects.hpp"

#include "base/text.hpp"
#include "unit/boot/boot_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::boot::test {

namespace {

using nlohmann::json;

std::string name_of(const json& object) {
  return object.at("kind").get<std::string>() + " " + object.at("metadata").at("name").get<std::string>();
}

std::vector<std::string> names_of(const std::vector<std::string>& objects) {
  std::vector<std::string> names;
  for (const auto& text : objects) {
    names.push_back(name_of(json::parse(text)));
  }
  return names;
}

bool has(const std::vector<std::string>& objects, const std::string& name) {
  const auto names = names_of(objects);
  return std::ranges::find(names, name) != names.end();
}

json find(const std::vector<std::string>& objects, const std::string& name) {
  for (const auto& text : objects) {
    if (auto object = json::parse(text); name_of(object) == name) {
      return object;
    }
  }
  FAIL("no " << name);
  return {};
}

std::vector<std::string> all_of(const ClusterObjects& objects) {
  std::vector<std::string> all = objects.priority_classes;
  all.insert(all.end(), objects.foundation.begin(), objects.foundation.end());
  all.insert(all.end(), objects.workloads.begin(), objects.workloads.end());
  all.insert(all.end(), objects.records.begin(), objects.records.end());
  return all;
}

Rendering with_object(const std::string& object) {
  Rendering made = rendering();
  made.objects = {object};
  return made;
}

}  // namespace

TEST_CASE("the only node of a cluster takes every pod, as kind's does", "[boot]") {
  const auto cluster = input(0);
  CHECK(json::parse(node_object(cluster.nodes[0], cluster)) == json::parse(R"({
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
      "name": "a-control-plane",
      "labels": {
        "kubernetes.io/hostname": "a-control-plane",
        "node-role.kubernetes.io/control-plane": ""
      }
    },
    "spec": {
      "podCIDR": "10.244.0.0/24",
      "podCIDRs": ["10.244.0.0/24"],
      "providerID": "kind://docker/a/a-control-plane"
    }
  })"));
}

TEST_CASE("a control plane with workers is tainted and labelled as kubeadm does it", "[boot]") {
  const auto cluster = input(1);
  const auto node = json::parse(node_object(cluster.nodes[0], cluster));
  CHECK(node.at("spec").at("taints") ==
        json::parse(R"([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])"));
  CHECK(node.at("metadata").at("labels").at("node.kubernetes.io/exclude-from-external-load-balancers") == "");
}

TEST_CASE("a worker carries the labels it was given and no taint", "[boot]") {
  auto cluster = input(1);
  cluster.nodes[1].labels = {"disk=ssd", "empty=", "bare", "a=b=c"};
  const auto node = json::parse(node_object(cluster.nodes[1], cluster));
  CHECK_FALSE(node.at("spec").contains("taints"));
  CHECK(node.at("metadata").at("labels") == json::parse(R"({
    "kubernetes.io/hostname": "a-worker", "disk": "ssd", "empty": "", "bare": "", "a": "b=c"})"));
}

TEST_CASE("every object of a rendering is created once, none is forgotten", "[boot]") {
  const auto cluster = input(1);
  const auto rendered = rendering();
  const auto names = names_of(all_of(cluster_objects(rendered, cluster)));
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  for (const auto& objects : {rendered.objects, rendered.cni, rendered.storage, rendered.rbac}) {
    for (const auto& name : names_of(objects)) {
      INFO(name);
      CHECK(std::ranges::count(names, name) == 1);
    }
  }
  CHECK(std::ranges::count(names, "Node a-control-plane") == 1);
  CHECK(std::ranges::count(names, "Node a-worker") == 1);
}

TEST_CASE("the classes of static pods come before everything else", "[boot]") {
  const auto objects = cluster_objects(rendering(), input());
  CHECK(names_of(objects.priority_classes) ==
        std::vector<std::string>{"PriorityClass system-node-critical",
                                 "PriorityClass system-cluster-critical"});
  CHECK_FALSE(has(objects.foundation, "PriorityClass system-node-critical"));
}

TEST_CASE("what everything else stands on comes first", "[boot]") {
  const auto foundation = cluster_objects(rendering(), input()).foundation;
  for (const auto* name :
       {"Namespace kube-system", "Namespace kube-public", "Namespace default", "Service kubernetes",
        "ClusterRole system:node-proxier", "ClusterRoleBinding kubeadm:cluster-admins",
        "ServiceAccount coredns", "ServiceAccount kube-proxy", "Namespace local-path-storage"}) {
    INFO(name);
    CHECK(has(foundation, name));
  }
}

TEST_CASE("what the first pods need comes before what only later joins and upgrades read", "[boot]") {
  const auto objects = cluster_objects(rendering(), input());
  for (const auto* name :
       {"Deployment coredns", "ConfigMap coredns", "Service kube-dns", "ClusterRole system:coredns",
        "ClusterRoleBinding system:coredns", "DaemonSet kube-proxy", "ConfigMap kube-proxy",
        "Role kube-proxy", "RoleBinding kube-proxy", "ClusterRoleBinding kubeadm:node-proxier",
        "ConfigMap kube-root-ca.crt", "Node a-control-plane", "DaemonSet kindnet"}) {
    INFO(name);
    CHECK(has(objects.workloads, name));
  }
  for (const auto* name : {"ConfigMap kubeadm-config", "ConfigMap kubelet-config", "ConfigMap cluster-info",
                           "Secret bootstrap-token-abcdef", "ClusterRole kubeadm:get-nodes",
                           "Role kubeadm:bootstrap-signer-clusterinfo", "StorageClass standard",
                           "ClusterRole admin", "Role watcher"}) {
    INFO(name);
    CHECK(has(objects.records, name));
  }
}

TEST_CASE("no placeholder is left in any object", "[boot]") {
  const Names placeholders;
  for (const auto& text : all_of(cluster_objects(rendering(), input(1)))) {
    for (const auto& name :
         {placeholders.cluster, placeholders.node, placeholders.address, placeholders.endpoint}) {
      INFO(text);
      CHECK(text.find(name) == std::string::npos);
    }
  }
}

TEST_CASE("the bootstrap token lives a day from now, not from the rendering", "[boot]") {
  const auto cluster = input();
  const auto secret = find(cluster_objects(rendering(), cluster).records, "Secret bootstrap-token-abcdef");
  CHECK(base::from_base64(secret.at("data").at("expiration").get<std::string>()) ==
        base::to_rfc3339(cluster.now + std::chrono::hours(24)));
  CHECK(base::from_base64(secret.at("data").at("token-id").get<std::string>()) == "abcdef");
}

TEST_CASE("a token that never expires stays so", "[boot]") {
  const auto rendered = with_object(
      R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t"}, "data": {"token-id": "eA=="}})");
  CHECK(find(cluster_objects(rendered, input()).records, "Secret t").at("data") ==
        json{{"token-id", "eA=="}});
}

TEST_CASE("joining nodes are shown the cluster's own authority, not the dry run's", "[boot]") {
  const auto cluster = input();
  const auto info = find(cluster_objects(rendering(), cluster).records, "ConfigMap cluster-info");
  const auto text = info.at("data").at("kubeconfig").get<std::string>();
  CHECK(text.find("    certificate-authority-data: " + base::to_base64(cluster.ca_certificate) + "\n") !=
        std::string::npos);
  CHECK(text.find("    server: https://a-control-plane:6443\n") != std::string::npos);
  CHECK(text.find("dGhlIGRyeSBydW4") == std::string::npos);
}

TEST_CASE("pods find the cluster's authority before its publisher comes", "[boot]") {
  const auto cluster = input();
  const auto map = find(cluster_objects(rendering(), cluster).workloads, "ConfigMap kube-root-ca.crt");
  CHECK(map.at("metadata").at("namespace") == "kube-system");
  CHECK(map.at("data") == json{{"ca.crt", cluster.ca_certificate}});
}

TEST_CASE("CoreDNS is asked every second whether it is ready", "[boot]") {
  const auto coredns = find(cluster_objects(rendering(), input()).workloads, "Deployment coredns");
  const auto& container = coredns.at(json::json_pointer("/spec/template/spec/containers/0"));
  CHECK(container.at("readinessProbe").at("periodSeconds") == 1);
  CHECK_FALSE(container.at("livenessProbe").contains("periodSeconds"));
}

TEST_CASE("an object loses what only a server may write", "[boot]") {
  const auto rendered = with_object(
      R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "resourceVersion": "0"}, "status": {}})");
  CHECK(find(cluster_objects(rendered, input()).workloads, "Service s") ==
        json::parse(R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}})"));
}

TEST_CASE("the administrators' group gets its rights", "[boot]") {
  const auto binding =
      find(cluster_objects(rendering(), input()).foundation, "ClusterRoleBinding kubeadm:cluster-admins");
  CHECK(binding.at("roleRef").at("name") == "cluster-admin");
  CHECK(binding.at("subjects").at(0).at("name") == "kubeadm:cluster-admins");
}

TEST_CASE("kubelets that keep their runtime in a file need no annotation, older ones have it on the node",
          "[boot]") {
  constexpr auto kSocket = "kubeadm.alpha.kubernetes.io/cri-socket";
  auto rendered = rendering();
  const auto now = find(cluster_objects(rendered, input()).workloads, "Node a-control-plane");
  CHECK_FALSE(now.at("metadata").contains("annotations"));
  rendered.instance_config.clear();
  const auto before = find(cluster_objects(rendered, input()).workloads, "Node a-control-plane");
  CHECK(before.at("metadata").at("annotations").at(kSocket) == "unix:///run/containerd/containerd.sock");
}

TEST_CASE("objects of nonsense give an error, not a crash", "[boot]") {
  const auto* object =
      GENERATE("", "not JSON", "[]", "5", R"({"kind": 5})", R"({"kind": "ConfigMap"})",
               R"({"kind": "ConfigMap", "metadata": []})",
               R"({"kind": "ConfigMap", "metadata": {"name": "cluster-info"}, "data": 5})",
               R"({"kind": "ConfigMap", "metadata": {"name": "cluster-info"}, "data": {"kubeconfig": 5}})",
               R"({"kind": "Deployment", "metadata": {"name": "coredns"}, "spec": 5})");
  INFO(object);
  CHECK(ending_of([&] { std::ignore = cluster_objects(with_object(object), input()); }) ==
        "untrusted-answer");
}

}  // namespace ingot::boot::test
