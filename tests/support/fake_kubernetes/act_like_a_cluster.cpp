// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include <fmt/format.h>

namespace ingot::testing {

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
  api.react("Pod", [=](FakeKubernetes&, const ResourcePath&, Json& pod) {
    const std::string now = base::to_rfc3339(std::chrono::system_clock::now());
    pod["status"] = {{"phase", "Running"},
                     {"conditions", condition("Ready")},
                     {"podIPs", Json::array({{{"ip", "10.244.0.9"}}})},
                     {"containerStatuses",
                      Json::array({{{"ready", true}, {"state", {{"running", {{"startedAt", now}}}}}}})}};
  });
  api.react("Namespace", [](FakeKubernetes& self, const ResourcePath& path, Json&) {
    self.create(fmt::format("/api/v1/namespaces/{}/serviceaccounts", path.name),
                {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", {{"name", "default"}}}});
  });
}

}  // namespace ingot::testing
