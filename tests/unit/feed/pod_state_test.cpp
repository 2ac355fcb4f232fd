// SPDX-License-Identifier: Apache-2.0
// The cases of Kubernetes' own TestPrintPod, as far as they are about STATUS and READY.
#include "feed/pod_state.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using nlohmann::json;

const json kRunning{{"running", json::object()}};

json waiting(const std::string& reason) {
  return {{"waiting", {{"reason", reason}}}};
}

json ended(int code, const std::string& reason = "", int signal = 0) {
  return {{"terminated", {{"exitCode", code}, {"reason", reason}, {"signal", signal}}}};
}

json container(const json& state, bool is_ready = false, int restarts = 0) {
  return {{"name", "c"}, {"state", state}, {"ready", is_ready}, {"restartCount", restarts}};
}

// With one container of its own for each status.
json pod_of(const std::string& phase, const std::vector<json>& statuses) {
  json pod{{"spec", {{"containers", json::array()}}},
           {"status", {{"phase", phase}, {"containerStatuses", statuses}}}};
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    pod["spec"]["containers"].push_back({{"name", "c"}});
  }
  return pod;
}

json with_init(json pod, const std::vector<json>& statuses, const std::string& restart_policy = "") {
  pod["status"]["initContainerStatuses"] = statuses;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    json init{{"name", "c"}};
    if (!restart_policy.empty()) {
      init["restartPolicy"] = restart_policy;
    }
    pod["spec"]["initContainers"].push_back(init);
  }
  return pod;
}

std::string status_of(const json& pod) {
  return state_of_pod(pod).status;
}

}  // namespace

TEST_CASE("Pod state: containers have the word, the first of them the last", "[feed]") {
  CHECK(status_of(pod_of("Pending", {container(waiting("ContainerCreating"))})) == "ContainerCreating");
  CHECK(status_of(pod_of("Running", {container(waiting("CrashLoopBackOff")), container(kRunning, true)})) ==
        "CrashLoopBackOff");
  CHECK(status_of(pod_of("Failed", {container(ended(1, "Error"))})) == "Error");
  CHECK(status_of(pod_of("Failed", {container(ended(3))})) == "ExitCode:3");
  CHECK(status_of(pod_of("Failed", {container(ended(0, "", 9))})) == "Signal:9");
  CHECK(status_of(pod_of("Succeeded", {container(ended(0, "Completed"))})) == "Completed");
}

TEST_CASE("Pod state: a pod of which one container has completed still runs", "[feed]") {
  auto pod = pod_of("Running", {container(ended(0, "Completed")), container(kRunning, true)});
  CHECK(status_of(pod) == "NotReady");
  pod["status"]["conditions"] = {{{"type", "Ready"}, {"status", "True"}}};
  CHECK(status_of(pod) == "Running");
}

TEST_CASE("Pod state: ready containers and restarts are counted", "[feed]") {
  const auto state = state_of_pod(pod_of("Running", {container(kRunning, true, 2), container(kRunning)}));
  CHECK(state.ready == 1);
  CHECK(state.containers == 2);
  CHECK(state.restarts == 2);
}

TEST_CASE("Pod state: init containers", "[feed]") {
  const auto pending = pod_of("Pending", {container(waiting("PodInitializing"))});
  const auto done = container(ended(0, "Completed"));
  CHECK(status_of(with_init(pending, {done, container(kRunning)})) == "Init:1/2");
  CHECK(status_of(with_init(pending, {container(ended(1, "Error"))})) == "Init:Error");
  CHECK(status_of(with_init(pending, {container(ended(2))})) == "Init:ExitCode:2");
  CHECK(status_of(with_init(pending, {container(waiting("ImagePullBackOff"))})) == "Init:ImagePullBackOff");
  CHECK(status_of(with_init(pod_of("Running", {container(kRunning, true)}), {done})) == "Running");
}

TEST_CASE("Pod state: sidecars are containers that must be ready, too", "[feed]") {
  auto sidecar = container(kRunning, true, 1);
  sidecar["started"] = true;
  const auto state =
      state_of_pod(with_init(pod_of("Running", {container(kRunning, true)}), {sidecar}, "Always"));
  CHECK(state.status == "Running");
  CHECK(state.ready == 2);
  CHECK(state.containers == 2);
  CHECK(state.restarts == 1);
}

TEST_CASE("Pod state: what is about to go, gated or evicted", "[feed]") {
  auto pod = pod_of("Running", {container(kRunning, true)});
  pod["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z";
  CHECK(status_of(pod) == "Terminating");
  pod["status"]["reason"] = "NodeLost";
  CHECK(status_of(pod) == "Unknown");
  auto over = pod_of("Succeeded", {container(ended(0, "Completed"))});
  over["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z";
  CHECK(status_of(over) == "Completed");
  json gated{
      {"status",
       {{"phase", "Pending"},
        {"conditions", {{{"type", "PodScheduled"}, {"status", "False"}, {"reason", "SchedulingGated"}}}}}}};
  CHECK(status_of(gated) == "SchedulingGated");
  CHECK(status_of({{"status", {{"phase", "Failed"}, {"reason", "Evicted"}}}}) == "Evicted");
}

}  // namespace ingot::feed
