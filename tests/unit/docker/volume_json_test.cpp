// SPDX-License-Identifier: Apache-2.0
#include "docker/volume_json.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

TEST_CASE("volumes are read from what an engine says", "[docker]") {
  const auto list = parse_volume_list(
      R"({"Volumes":[{"Name":"b","CreatedAt":"2026-11-21T21:00:00Z","Labels":{"x":"y"},"Driver":"local"},
                     {"Name":"a","Labels":null}],"Warnings":null})");
  REQUIRE(list.size() == 2);
  CHECK(list[0].name == "a");
  CHECK(list[0].labels.empty());
  CHECK(list[1].labels == Labels{{"x", "y"}});
  CHECK(list[1].created == "2026-11-21T21:00:00Z");
  CHECK(parse_volume_list(R"({"Volumes":null})").empty());
}

TEST_CASE("what is no volume is not trusted", "[docker]") {
  const std::string text = GENERATE("[]", "{}", R"({"Name":1})", R"({"Name":"a","Labels":["b"]})");
  CHECK_THROWS_AS(parse_volume(text), base::Error);
}

TEST_CASE("a volume is asked for with its labels", "[docker]") {
  CHECK(volume_creation("a", {{"x", "y"}}) == R"({"Labels":{"x":"y"},"Name":"a"})");
  CHECK(volume_creation("a", {}) == R"({"Name":"a"})");
}

}  // namespace ingot::docker
