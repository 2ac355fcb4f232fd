// SPDX-License-Identifier: Apache-2.0
#include "cli/scenario.hpp"
#include "support/golden.hpp"

#include <catch2/catch.hpp>

using ingot::testing::run_scenario;

TEST_CASE("every scenario of a cluster holds", "[cli]") {
  for (const auto& file : ingot::support::files_in("scenarios/cluster", "", ".test")) {
    DYNAMIC_SECTION(file.stem().string()) {
      CHECK(run_scenario(ingot::support::read_text(file)) == std::vector<std::string>());
    }
  }
}

TEST_CASE("a scenario that does not hold is told, with its line", "[cli]") {
  CHECK(run_scenario("$ ingot version\nexit 1\n").size() == 1);
  CHECK(run_scenario("$ ingot version\nout nonsense\n").size() == 1);
  CHECK(run_scenario("$ ingot nonsense\n").size() == 1);
  CHECK(run_scenario("nonsense\n").size() == 1);
}
