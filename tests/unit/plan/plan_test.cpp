// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.hpp"

#include "unit/plan/plan_fixture.hpp"

#include <catch2/catch.hpp>

namespace ingot::plan {

TEST_CASE("a plan prints one line per step, with what it needs and why it is there", "[plan]") {
  test::Log log;
  Plan plan;
  Step network = test::logging_step(log, "network");
  network.cause = "there is none of the name 'kind'";
  plan.add(network);
  plan.add(test::logging_step(log, "node/a/create", {"network"}));
  plan.add(test::logging_step(log, "ready", {"network", "node/a/create"}));
  CHECK(plan.to_text() ==
        "#1 network: there is none of the name 'kind'\n"
        "#2 node/a/create <- #1: the test wants it\n"
        "#3 ready <- #1, #2: the test wants it\n");
}

TEST_CASE("a plan keeps its steps in the order in which they were added", "[plan]") {
  test::Log log;
  Plan plan;
  CHECK(plan.empty());
  CHECK(plan.to_text().empty());
  for (const auto* id : {"c", "a", "b"}) {
    plan.add(test::logging_step(log, id));
  }
  REQUIRE(plan.steps().size() == 3);
  CHECK(plan.steps()[0].id == "c");
  CHECK(plan.steps()[2].id == "b");
}

}  // namespace ingot::plan
