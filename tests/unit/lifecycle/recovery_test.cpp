// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/recovery.hpp"

#include "base/text.hpp"
#include "cluster/component_health.hpp"
#include "lifecycle/leases.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::lifecycle {
namespace {

using nlohmann::json;

const Time kStarted = *base::parse_rfc3339("2026-11-21T10:00:00Z");
constexpr const char* kBefore = "2026-11-21T09:59:59Z";
constexpr const char* kSince = "2026-11-21T10:00:00Z";

json node(const char* status, const char* reported) {
  return {
      {"status",
       {{"conditions",
         {{{"type", "DiskPressure"}, {"status", "False"}, {"lastHeartbeatTime", kSince}},
          {{"type", "Ready"}, {"status", status}, {"lastHeartbeatTime", reported}, {"message", "words"}}}}}}};
}

std::vector<Member> members() {
  Member started;
  started.node.name = "a-control-plane";
  started.started = kStarted;
  Member other;
  other.node.name = "a-worker";
  return {started, other};
}

json pod(bool ready, const char* since, const char* on = "a-control-plane") {
  return {{"spec", {{"nodeName", on}}},
          {"status",
           {{"podIPs", {{{"ip", "10.244.0.7"}}}},
            {"containerStatuses", {{{"ready", ready}, {"state", {{"running", {{"startedAt", since}}}}}}}}}}};
}

json lease(const char* holder, const char* renewed) {
  return {{"spec", {{"holderIdentity", holder}, {"renewTime", renewed}}}};
}

json slice(const char* address, bool ready = true) {
  return {{"endpoints", {{{"addresses", {address}}, {"conditions", {{"ready", ready}}}}}}};
}

}  // namespace

TEST_CASE("a node is back when its kubelet has called it Ready since it was started", "[lifecycle]") {
  std::string seen;
  CHECK(cluster::is_back(node("True", kSince), kStarted, seen));
  CHECK_FALSE(cluster::is_back(node("True", kBefore), kStarted, seen));
  CHECK(seen == "its kubelet has not reported since it was started");
  CHECK_FALSE(cluster::is_back(node("False", kSince), kStarted, seen));
  CHECK(seen == "Ready is False: words");
}

TEST_CASE("a pod runs again when its containers were started after their node", "[lifecycle]") {
  CHECK(runs_again(pod(true, kSince), members()));
  CHECK_FALSE(runs_again(pod(true, kBefore), members()));
  CHECK_FALSE(runs_again(pod(false, kSince), members()));
  json silent = pod(true, kSince);
  silent["status"].erase("containerStatuses");
  CHECK_FALSE(runs_again(silent, members()));
}

TEST_CASE("nobody waits for pods that go, that have no node, or whose node does not start", "[lifecycle]") {
  json going = pod(false, kBefore);
  going["metadata"]["deletionTimestamp"] = kSince;
  CHECK(runs_again(going, members()));
  CHECK(runs_again(pod(false, kBefore, ""), members()));
  CHECK(runs_again(pod(false, kBefore, "a-worker"), members()));
}

TEST_CASE("a service leads to pods when every ready endpoint is one of theirs, and there is one",
          "[lifecycle]") {
  const std::vector<json> pods = {pod(true, kSince)};
  CHECK(leads_to({slice("10.244.0.7")}, pods));
  CHECK(leads_to({slice("10.244.0.7"), slice("10.244.0.2", false)}, pods));
  CHECK_FALSE(leads_to({slice("10.244.0.7"), slice("10.244.0.2")}, pods));
  CHECK_FALSE(leads_to({slice("10.244.0.7", false)}, pods));
  CHECK_FALSE(leads_to({}, pods));
}

TEST_CASE("a lease is stale when its holder's node was started after it was renewed", "[lifecycle]") {
  CHECK(is_stale(lease("a-control-plane_0c3a", kBefore), members()));
  CHECK(is_stale(lease("a-control-plane_0c3a", kSince), members()));
  CHECK_FALSE(is_stale(lease("a-control-plane_0c3a", "2026-11-21T10:00:01.5Z"), members()));
  CHECK_FALSE(is_stale(lease("a-worker_0c3a", kBefore), members()));
  CHECK_FALSE(is_stale(lease("elsewhere_0c3a", kBefore), members()));
  CHECK_FALSE(is_stale(lease("", kBefore), members()));
}

TEST_CASE("a lease has run out when nobody renewed it for longer than it is good for", "[lifecycle]") {
  json held = lease("a-control-plane_0c3a", "2026-11-21T10:00:00.900000Z");
  held["spec"]["leaseDurationSeconds"] = 15;
  CHECK_FALSE(has_expired(held, kStarted + std::chrono::seconds(15)));
  CHECK(has_expired(held, kStarted + std::chrono::seconds(17)));
  CHECK_FALSE(has_expired(lease("a-control-plane_0c3a", kBefore), kStarted + std::chrono::hours(1)));
}

TEST_CASE("answers of nonsense are nothing to count on, and no crash", "[lifecycle]") {
  for (const auto& nonsense :
       {json(), json(5), json("text"), json::array({json()}), json{{"status", 3}},
        json{{"spec", {{"nodeName", "a-control-plane"}}},
             {"status", {{"containerStatuses", {{{"ready", 1}, {"state", 2}}}}}}},
        json{{"endpoints", {7, json{{"addresses", 8}, {"conditions", {{"ready", true}}}}}}}}) {
    INFO(nonsense.dump());
    std::string seen;
    CHECK_FALSE(cluster::is_back(nonsense, kStarted, seen));
    CHECK_FALSE(is_stale(nonsense, members()));
    CHECK_FALSE(has_expired(nonsense, kStarted));
    CHECK_FALSE(leads_to({nonsense}, {nonsense}));
    static_cast<void>(runs_again(nonsense, members()));
  }
}

}  // namespace ingot::lifecycle
