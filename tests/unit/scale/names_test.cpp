// SPDX-License-Identifier: Apache-2.0
#include "scale/names.hpp"

#include <catch2/catch.hpp>

using namespace ingot::scale;
using Names = std::vector<std::string>;

TEST_CASE("workers are numbered as kind does it, and nothing else is a worker's name", "[scale]") {
  CHECK(node_number("demo", "worker", "demo-worker") == 1);
  CHECK(node_number("demo", "worker", "demo-worker2") == 2);
  CHECK(node_number("demo", "worker", "demo-worker17") == 17);
  for (const auto* other : {"demo-worker1", "demo-worker0", "demo-worker02", "demo-worker-2", "demo-worker2x",
                            "demo-control-plane", "demo2-worker", "", "demo-worker99999999999999999999"}) {
    CHECK(node_number("demo", "worker", other) == 0);
  }
}

TEST_CASE("new workers get the lowest numbers that are free", "[scale]") {
  CHECK(free_names("demo", "worker", {}, 3) == Names{"demo-worker", "demo-worker2", "demo-worker3"});
  CHECK(free_names("demo", "worker", {"demo-worker", "demo-worker3", "demo-control-plane"}, 2) ==
        Names{"demo-worker2", "demo-worker4"});
  CHECK(free_names("demo", "worker", {}, 0).empty());
}

TEST_CASE("a smaller cluster does without the highest numbers", "[scale]") {
  const Names workers = {"demo-worker", "demo-worker10", "demo-worker2", "demo-worker9"};
  CHECK(last_names("demo", "worker", workers, 2) == Names{"demo-worker10", "demo-worker9"});
  CHECK(last_names("demo", "worker", workers, 9).size() == 4);
  CHECK(last_names("demo", "worker", workers, 0).empty());
}
