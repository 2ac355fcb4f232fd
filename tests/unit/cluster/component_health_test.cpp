// SPDX-License-Identifier: Apache-2.0
#include "cluster/component_health.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::cluster {
namespace {

using nlohmann::json;

const Now kCreated = *base::parse_rfc3339("2026-11-21T10:00:00Z");
const Now kSoon = kCreated + std::chrono::seconds(5);
const Now kLater = kCreated + std::chrono::seconds(61);

json etcd_pod(const char* ready, int restarts = 0, const char* state = "running") {
  return json{
      {"metadata",
       {{"name", "etcd-a"},
        {"labels", {{"component", "etcd"}}},
        {"creationTimestamp", "2026-11-21T10:00:00Z"}}},
      {"status",
       {{"conditions", {{{"type", "Ready"}, {"status", ready}, {"message", "unready: [etcd]"}}}},
        {"containerStatuses", {{{"restartCount", restarts}, {"state", {{state, json::object()}}}}}}}}};
}

ComponentStatus etcd(const json& pod, Now now) {
  return static_pod_health(json::array({pod}), "etcd", "etcd", now);
}

json daemon_set(const char* name, int ready, int wanted) {
  return {{"metadata", {{"name", name}, {"creationTimestamp", "2026-11-21T10:00:00Z"}}},
          {"status", {{"numberReady", ready}, {"desiredNumberScheduled", wanted}}}};
}

}  // namespace

TEST_CASE("a condition holds when it is reported as True, and says what it is otherwise", "[cluster]") {
  const auto with = [](const char* status) {
    return json{
        {"status", {{"conditions", {{{"type", "Available"}, {"status", status}, {"message", "words"}}}}}}};
  };
  std::string seen;
  CHECK(condition_holds(with("True"), "Available", seen));
  CHECK(condition_holds(with("True"), "Available"));
  CHECK_FALSE(condition_holds(with("False"), "Available", seen));
  CHECK(seen == "Available is False: words");
  CHECK_FALSE(condition_holds(json(5), "Available", seen));
  CHECK(seen == "Available is not reported yet");
  CHECK_FALSE(condition_holds(with("Unknown"), "Available"));
}

TEST_CASE("a node takes pods when it is Ready and no longer tainted for having been otherwise", "[cluster]") {
  const auto node = [](const char* ready, const json& taints) {
    return json{{"spec", {{"taints", taints}}},
                {"status", {{"conditions", {{{"type", "Ready"}, {"status", ready}, {"message", "words"}}}}}}};
  };
  const auto taint = [](const char* key, const char* effect) {
    return json::array({{{"key", key}, {"effect", effect}}});
  };
  std::string seen;
  CHECK(takes_pods(node("True", nullptr), seen));
  CHECK(takes_pods(node("True", taint("node-role.kubernetes.io/control-plane", "NoSchedule")), seen));
  CHECK(takes_pods(node("True", taint("node.kubernetes.io/not-ready", "NoExecute")), seen));
  CHECK_FALSE(takes_pods(node("True", taint("node.kubernetes.io/not-ready", "NoSchedule")), seen));
  CHECK(seen == "it is Ready, and still has the taint node.kubernetes.io/not-ready");
  CHECK_FALSE(takes_pods(node("True", taint("node.kubernetes.io/unreachable", "NoSchedule")), seen));
  CHECK_FALSE(takes_pods(node("Unknown", nullptr), seen));
  CHECK(seen == "Ready is Unknown: words");
  CHECK_FALSE(takes_pods(json::object(), seen));
  CHECK(seen == "its kubelet has not reported yet");
}

TEST_CASE("a node's addresses are those that its kubelet tells, in its order", "[cluster]") {
  const auto node = json::parse(R"({"status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.2"},
      {"type": "InternalIP", "address": "fc00::2"}, {"type": "Hostname", "address": "a"}]}})");
  CHECK(addresses_of(node) == "172.18.0.2,fc00::2");
  CHECK(addresses_of(json::object()).empty());
  CHECK(addresses_of(json::parse(R"({"status": {"addresses": [{"type": "InternalIP", "address": 5}, 7]}})"))
            .empty());
}

TEST_CASE("a static pod is as healthy as it says", "[cluster]") {
  CHECK(etcd(etcd_pod("True"), kLater).healthy);
  const auto sick = etcd(etcd_pod("False"), kLater);
  CHECK_FALSE(sick.healthy);
  CHECK(sick.detail == "etcd-a: unready: [etcd]");
}

TEST_CASE("a static pod that just started need not have been asked by its startup probe", "[cluster]") {
  const auto young = etcd(etcd_pod("False"), kSoon);
  CHECK(young.healthy);
  CHECK(young.detail == "etcd-a, just started");
  CHECK_FALSE(etcd(etcd_pod("False", 1), kSoon).healthy);
  CHECK_FALSE(etcd(etcd_pod("False", 0, "waiting"), kSoon).healthy);
}

TEST_CASE("a static pod whose node was started again is given another minute, unless it fails since",
          "[cluster]") {
  const NodeStarts starts = {{"a", kLater}};
  json pod = etcd_pod("False", 1);
  pod["spec"]["nodeName"] = "a";
  auto& ended = pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["finishedAt"];
  ended = "2026-11-21T10:00:50Z";
  const auto health_at = [&](Now now) {
    return static_pod_health(json::array({pod}), "etcd", "etcd", now, starts).healthy;
  };
  CHECK(health_at(kLater + std::chrono::seconds(5)));
  CHECK_FALSE(health_at(kLater + std::chrono::seconds(61)));
  ended = "2026-11-21T10:01:10Z";
  CHECK_FALSE(health_at(kLater + std::chrono::seconds(15)));
}

TEST_CASE("the network, too, is given a minute after a node was started again", "[cluster]") {
  const json network = json::array({daemon_set("kindnet", 0, 1)});
  CHECK(network_health(network, kLater, {{"a", kLater - std::chrono::seconds(5)}}).healthy);
  CHECK_FALSE(network_health(network, kLater, {{"a", kLater - std::chrono::seconds(61)}}).healthy);
}

TEST_CASE("one sick pod of a component makes it sick, and none too", "[cluster]") {
  CHECK_FALSE(
      static_pod_health(json::array({etcd_pod("True"), etcd_pod("False")}), "etcd", "etcd", kLater).healthy);
  CHECK(static_pod_health(json::array({etcd_pod("True")}), "kube-scheduler", "scheduler", kLater).detail ==
        "no pod");
  CHECK(static_pod_health(json::array({etcd_pod("True"), etcd_pod("True")}), "etcd", "etcd", kLater).detail ==
        "2 of 2 ready");
}

TEST_CASE("the network is healthy when its daemon runs on every node", "[cluster]") {
  const json proxy = daemon_set("kube-proxy", 1, 1);
  CHECK(network_health(json::array({proxy, daemon_set("kindnet", 2, 2)}), kLater).healthy);
  const auto half = network_health(json::array({proxy, daemon_set("kindnet", 1, 2)}), kLater);
  CHECK_FALSE(half.healthy);
  CHECK(half.detail == "kindnet, 1 of 2 ready");
  CHECK_FALSE(network_health(json::array({daemon_set("kindnet", 0, 0)}), kLater).healthy);
  CHECK(network_health(json::array({daemon_set("kindnet", 0, 0)}), kSoon).healthy);
  CHECK_FALSE(network_health(json::array({proxy}), kSoon).healthy);
}

TEST_CASE("DNS is healthy when its deployment is available", "[cluster]") {
  json deployment = {
      {"spec", {{"replicas", 2}}},
      {"status", {{"readyReplicas", 1}, {"conditions", {{{"type", "Available"}, {"status", "True"}}}}}}};
  CHECK(dns_health(deployment).healthy);
  CHECK(dns_health(deployment).detail == "CoreDNS, 1 of 2 ready");
  deployment["status"]["conditions"][0]["status"] = "False";
  CHECK_FALSE(dns_health(deployment).healthy);
  CHECK_FALSE(dns_health(nullptr).healthy);
}

TEST_CASE("a storage class counts when it is the default", "[cluster]") {
  json standard = {{"metadata", {{"name", "standard"}}}, {"provisioner", "p"}};
  CHECK_FALSE(storage_health(json::array({standard})).healthy);
  standard["metadata"]["annotations"] = {{"storageclass.kubernetes.io/is-default-class", "true"}};
  CHECK(storage_health(json::array({standard})).detail == "standard (p)");
}

TEST_CASE("answers of nonsense are not healthy, and no crash", "[cluster]") {
  for (const auto& nonsense :
       {json(), json(5), json("text"), json::array({json(), json(7), json::array(), json::object()}),
        json{{"status", 3}}, json::array({{{"metadata", 3}, {"status", {{"conditions", 4}}}}})}) {
    INFO(nonsense.dump());
    CHECK_FALSE(static_pod_health(nonsense, "etcd", "etcd", kSoon).healthy);
    CHECK_FALSE(network_health(nonsense, kSoon).healthy);
    CHECK_FALSE(dns_health(nonsense).healthy);
    CHECK_FALSE(storage_health(nonsense).healthy);
  }
}

}  // namespace ingot::cluster
