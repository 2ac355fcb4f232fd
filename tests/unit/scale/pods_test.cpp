// SPDX-License-Identifier: Apache-2.0
#include "scale/pods.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot::scale;
using ingot::base::ErrorCode;
using nlohmann::json;

namespace {

json pod(const std::string& controller, const std::string& phase = "Running") {
  json made = {{"metadata", {{"name", "a"}, {"namespace", "b"}}}, {"status", {{"phase", phase}}}};
  if (!controller.empty()) {
    made["metadata"]["ownerReferences"] =
        json::array({{{"kind", "Other"}}, {{"kind", controller}, {"controller", true}}});
  }
  return made;
}

}  // namespace

TEST_CASE("a pod goes when its controller makes it again, or when it has ended", "[scale]") {
  CHECK(fate_of(pod("ReplicaSet")) == Fate::evicted);
  CHECK(fate_of(pod("StatefulSet", "Pending")) == Fate::evicted);
  CHECK(fate_of(pod("", "Succeeded")) == Fate::evicted);
  CHECK(fate_of(pod("", "Failed")) == Fate::evicted);
}

TEST_CASE("what belongs to the node stays", "[scale]") {
  CHECK(fate_of(pod("DaemonSet")) == Fate::stays);
  json mirror = pod("Node");
  mirror["metadata"]["annotations"] = {{"kubernetes.io/config.mirror", "x"}};
  CHECK(fate_of(mirror) == Fate::stays);
}

TEST_CASE("a pod without a controller would be lost, unless it is going already", "[scale]") {
  json bare = pod("");
  CHECK(fate_of(bare) == Fate::lost);
  CHECK_FALSE(is_ending(bare));
  bare["metadata"]["deletionTimestamp"] = "2026-11-21T18:00:00Z";
  CHECK(is_ending(bare));
  CHECK(fate_of(bare) == Fate::evicted);
  json owned = pod("");  // by somebody who does not control it
  owned["metadata"]["ownerReferences"] = json::array({{{"kind", "ReplicaSet"}}});
  CHECK(fate_of(owned) == Fate::lost);
}

TEST_CASE("answers may lack anything", "[scale]") {
  for (const auto& odd :
       {json(), json::object(), json{{"metadata", nullptr}}, json{{"metadata", json::array()}},
        json{{"metadata", {{"ownerReferences", "x"}, {"annotations", 1}}}},
        json{{"metadata", {{"ownerReferences", json::array({1, nullptr})}}}}}) {
    CHECK(fate_of(odd) == Fate::lost);
    CHECK_FALSE(is_ending(odd));
    CHECK(name_of(odd) == "/");
  }
}

TEST_CASE("a refusal for now is told in the budget's words", "[scale]") {
  std::string why;
  CHECK(is_held({.code = ErrorCode::cluster_refused,
                 .cause = "HTTP 429: Cannot evict pod",
                 .problems = {"The disruption budget web needs 2 healthy pods and has 2 currently"}},
                why));
  CHECK(why == "The disruption budget web needs 2 healthy pods and has 2 currently");
  CHECK(is_held({.cause = "HTTP 429: Too many requests"}, why));
  CHECK(why == "HTTP 429: Too many requests");
  CHECK_FALSE(is_held({.cause = "HTTP 403: forbidden"}, why));
  CHECK_FALSE(is_held({.cause = ""}, why));
}
