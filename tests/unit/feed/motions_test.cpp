// SPDX-License-Identifier: Apache-2.0
#include "feed/kube_feed.hpp"
#include "node/node_spec.hpp"

#include <catch2/catch.hpp>

namespace ingot::feed {

namespace {

node::Node node_of(const std::string& name, std::string_view role, const std::string& state) {
  return {.id = name + "-id", .name = name, .cluster = "demo", .role = std::string(role), .state = state};
}

ClusterMotion motion(const std::vector<node::Node>& nodes) {
  return motions_of(nodes).at("demo");
}

}  // namespace

TEST_CASE("Motions: an API can be there while its control plane runs", "[feed]") {
  const auto with_state = [](const std::string& state) {
    return motion(
        {node_of("cp", node::kControlPlaneRole, state), node_of("w", node::kWorkerRole, "running")});
  };
  CHECK(with_state("running") == ClusterMotion{.motion = Motion::runs, .entrance = "cp-id"});
  CHECK(with_state("paused").motion == Motion::paused);
  CHECK(with_state("created").motion == Motion::stopped);
  CHECK(with_state("exited").motion == Motion::stopped);
  CHECK(motion({node_of("w", node::kWorkerRole, "running")}).motion == Motion::stopped);
}

TEST_CASE("Motions: behind a load balancer one control plane is enough, but the balancer must be there",
          "[feed]") {
  const auto with_states = [](const std::string& balancer, const std::string& first,
                              const std::string& second) {
    return motion({node_of("cp", node::kControlPlaneRole, first),
                   node_of("cp2", node::kControlPlaneRole, second),
                   node_of("lb", node::kLoadBalancerRole, balancer)});
  };
  CHECK(with_states("running", "exited", "running") ==
        ClusterMotion{.motion = Motion::runs, .entrance = "lb-id"});
  CHECK(with_states("exited", "running", "running").motion == Motion::stopped);
  CHECK(with_states("paused", "paused", "paused").motion == Motion::paused);
}

}  // namespace ingot::feed
