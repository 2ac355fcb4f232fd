// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

constexpr const char* kPodAddress = "10.244.0.9";  // of every pod

Json dns_slice() {
  const Json endpoint = {{"addresses", Json::array({kPodAddress})}, {"conditions", {{"ready", true}}}};
  return {{"apiVersion", "discovery.k8s.io/v1"},
          {"kind", "EndpointSlice"},
          {"metadata", {{"name", "kube-dns-1"}, {"labels", {{"kubernetes.io/service-name", "kube-dns"}}}}},
          {"endpoints", Json::array({endpoint})}};
}

constexpr const char* kSystemPods = "/api/v1/namespaces/kube-system/pods";

// Where there is a kube-proxy, a node that comes later gets one, too.
void run_kube_proxy(FakeKubernetes& api, const std::string& node) {
  const auto pods = api.list(kSystemPods);
  const bool has_proxy = std::ranges::any_of(pods, [](const Json& pod) {
    return pod.at("metadata").at("name").get<std::string>().starts_with("kube-proxy");
  });
  if (has_proxy) {
    api.create(kSystemPods,
               {{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", "kube-proxy-" + node},
                  {"namespace", "kube-system"},
                  {"labels", {{"k8s-app", "kube-proxy"}}},
                  {"ownerReferences", Json::array({{{"kind", "DaemonSet"}, {"controller", true}}})}}},
                {"spec", {{"nodeName", node}}}});
  }
}

// A DaemonSet makes another pod, and kubelet tells of a static one again, as long as the node is there.
void replace_pod(FakeKubernetes& api, const ResourcePath& path, const Json& pod) {
  const Json owners = pod.at("metadata").value("ownerReferences", Json::array());
  const std::string node = pod.value(Json::json_pointer("/spec/nodeName"), "");
  const bool is_daemon =
      std::ranges::any_of(owners, [](const Json& owner) { return owner.value("kind", "") == "DaemonSet"; });
  const bool is_static =
      pod.at("metadata").value("annotations", Json::object()).contains("kubernetes.io/config.mirror");
  if ((!is_daemon && !is_static) || !api.get("/api/v1/nodes/" + node)) {
    return;
  }
  Json next = pod;
  next.erase("status");
  if (is_static) {
    api.create(path.collection(), next);
    return;
  }
  next["metadata"].erase("name");
  next["metadata"]["generateName"] = path.name + "-";
  api.create(path.collection(), next);
}

}  // namespace

void act_like_a_cluster(FakeKubernetes& api) {
  const auto condition = [](const char* type) {
    return Json::array({{{"type", type}, {"status", "True"}, {"reason", "Fake"}, {"message", ""}}});
  };
  api.react("Node", [=](FakeKubernetes& self, const ResourcePath&, Json& node) {
    node["status"]["conditions"] = condition("Ready");
    node["status"]["conditions"][0]["lastHeartbeatTime"] = base::to_rfc3339(std::chrono::system_clock::now());
    node["status"]["nodeInfo"] = {{"kubeletVersion", "v1.31.0"}};
    if (!node["spec"].contains("podCIDR")) {
      const auto cidr = fmt::format("10.244.{}.0/24", self.list("/api/v1/nodes").size() + 100);
      node["spec"]["podCIDR"] = cidr;
      node["spec"]["podCIDRs"] = Json::array({cidr});
    }
    node["status"]["addresses"] =
        Json::array({{{"type", "InternalIP"}, {"address", "192.0.2.9"}},
                     {{"type", "Hostname"}, {"address", node["metadata"]["name"]}}});
    run_kube_proxy(self, node["metadata"]["name"]);
  });
  api.react("Deployment", [=](FakeKubernetes&, const ResourcePath&, Json& deployment) {
    const int replicas = deployment["spec"].value("replicas", 1);
    deployment["status"] = {{"conditions", condition("Available")},
                            {"replicas", replicas},
                            {"readyReplicas", replicas},
                            {"availableReplicas", replicas}};
  });
  api.react("DaemonSet", [](FakeKubernetes& self, const ResourcePath&, Json& daemon_set) {
    const auto nodes = self.list("/api/v1/nodes").size();
    daemon_set["status"] = {{"desiredNumberScheduled", nodes},
                            {"updatedNumberScheduled", nodes},
                            {"observedGeneration", 1},
                            {"numberReady", nodes}};
  });
  api.react("Pod", [=](FakeKubernetes& self, const ResourcePath&, Json& pod) {
    const std::string now = base::to_rfc3339(std::chrono::system_clock::now());
    pod["status"] = {{"phase", "Running"},
                     {"conditions", condition("Ready")},
                     {"podIPs", Json::array({{{"ip", kPodAddress}}})},
                     {"containerStatuses",
                      Json::array({{{"ready", true}, {"state", {{"running", {{"startedAt", now}}}}}}})}};
    if (pod["metadata"].value(Json::json_pointer("/labels/k8s-app"), "") == "kube-dns") {
      self.create("/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices", dns_slice());
    }
  });
  api.react_to_removal(
      "Pod", [](FakeKubernetes& self, const ResourcePath& path, Json& pod) { replace_pod(self, path, pod); });
  api.react("Namespace", [](FakeKubernetes& self, const ResourcePath& path, Json&) {
    self.create(fmt::format("/api/v1/namespaces/{}/serviceaccounts", path.name),
                {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", {{"name", "default"}}}});
  });
}

}  // namespace ingot::testing
