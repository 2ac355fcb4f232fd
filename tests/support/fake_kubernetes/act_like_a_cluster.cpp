// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include <fmt/format.h>

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

}  // namespace

void act_like_a_cluster(FakeKubernetes& api) {
  const auto condition = [](const char* type) {
    return Json::array({{{"type", type}, {"status", "True"}, {"reason", "Fake"}, {"message", ""}}});
  };
  api.react("Node", [=](FakeKubernetes&, const ResourcePath&, Json& node) {
    node["status"]["conditions"] = condition("Ready");
    node["status"]["conditions"][0]["lastHeartbeatTime"] = base::to_rfc3339(std::chrono::system_clock::now());
    node["status"]["nodeInfo"] = {{"kubeletVersion", "v1.31.0"}};
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
    daemon_set["status"] = {{"desiredNumberScheduled", nodes}, {"numberReady", nodes}};
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
  api.react("Namespace", [](FakeKubernetes& self, const ResourcePath& path, Json&) {
    self.create(fmt::format("/api/v1/namespaces/{}/serviceaccounts", path.name),
                {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", {{"name", "default"}}}});
  });
}

}  // namespace ingot::testing
