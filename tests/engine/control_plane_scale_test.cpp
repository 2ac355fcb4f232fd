// SPDX-License-Identifier: Apache-2.0
// Control planes that come and go in a cluster that was created with several.
#include "engine/control_planes_fixture.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using scale::Verb;
using testing::ControlPlanes;
using Names = std::vector<std::string>;

TEST_CASE_METHOD(ControlPlanes, "control planes leave etcd and the load balancer before their container goes",
                 "[engine]") {
  const auto down = scale_to(1);
  CHECK(down.removed == Names{"one-control-plane2", "one-control-plane3"});
  CHECK(down.control_planes == 1);
  CHECK(down.workers == 1);
  CHECK(etcd->names() == Names{"one-control-plane"});
  CHECK_FALSE(scale_to(1).changed());
}

TEST_CASE_METHOD(ControlPlanes, "what etcd could not bear is refused, and nothing is touched", "[engine]") {
  const auto before = etcd->names();
  CHECK(refusal({.verb = Verb::remove, .nodes = {"one-control-plane"}}).cause ==
        "'one-control-plane' is the one that leads this change");
  CHECK(refusal({.verb = Verb::remove,
                 .nodes = {"one-control-plane", "one-control-plane2", "one-control-plane3"}})
            .cause == "a cluster without a control plane is none");
  session.change_cluster(lifecycle::Verb::stop, {.nodes = {"one-control-plane2"}}, {}, {}, events);
  CHECK(refusal({.verb = Verb::remove, .nodes = {"one-control-plane3"}}).cause ==
        "1 of the 2 that stay run, and etcd needs 2");
  CHECK(etcd->names() == before);
  CHECK(fake.containers().size() == 5);
}

TEST_CASE_METHOD(ControlPlanes, "a member that no container belongs to is removed with the next change",
                 "[engine]") {
  etcd->add("", "https://192.0.2.77:2380");
  CHECK_FALSE(scale_to(3).changed());
  CHECK(etcd->names() == Names{"one-control-plane", "one-control-plane2", "one-control-plane3"});
}
