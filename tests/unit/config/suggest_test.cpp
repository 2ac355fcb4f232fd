// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"

#include <catch2/catch.hpp>

namespace ingot::config {

TEST_CASE("the nearest known word is suggested, and none that is far", "[config]") {
  const std::vector<std::string_view> known = {"name", "nodes", "networking", "op"};
  CHECK(closest("nmae", known) == "name");
  CHECK(closest("node", known) == "nodes");
  CHECK(closest("NODES", known) == "nodes");
  CHECK(closest("netwroking", known) == "networking");
  CHECK(closest("netwrkng", known) == "networking");
  CHECK(closest("ops", known) == "op");
  CHECK(closest("xyz", known).empty());
  CHECK(closest("foobar", known).empty());
  CHECK(closest("", known).empty());
  CHECK(closest(std::string(10'000, 'n'), known).empty());
  CHECK(closest("name", {}).empty());
}

}  // namespace ingot::config
