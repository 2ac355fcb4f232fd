// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

TEST_CASE_METHOD(Console, "which workers came and went is told as JSON", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1"}) == 0);
  REQUIRE(run({"node", "add", "demo", "--count", "2", "-o", "json"}) == 0);
  const auto added = json::parse(out);
  CHECK(added.at("kind") == "ClusterScaled");
  CHECK(added.at("name") == "demo");
  CHECK(added.at("workers") == 3);
  CHECK(added.at("added") == json{"demo-worker2", "demo-worker3"});
  CHECK(added.at("removed") == json::array());
  CHECK(added.at("elapsedMs").is_number_integer());
  REQUIRE(run({"cluster", "scale", "demo", "--workers", "1", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("removed") == json{"demo-worker2", "demo-worker3"});
}

TEST_CASE_METHOD(Console, "nodes are listed with where they are", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1"}) == 0);
  REQUIRE(run({"node", "list", "demo", "-o", "json"}) == 0);
  const auto listed = json::parse(out);
  CHECK(listed.at("kind") == "NodeList");
  REQUIRE(listed.at("items").size() == 2);
  CHECK(listed.at("items").at(1).at("name") == "demo-worker");
  CHECK(listed.at("items").at(1).at("address") == "192.0.2.9");
  REQUIRE(run({"node", "ls", "demo"}) == 0);
  CHECK_THAT(out, Contains("ADDRESS") && Contains("192.0.2.9") && Contains("Ready"));
  CHECK(run({"node", "list", "nowhere"}) == 3);
}

TEST_CASE_METHOD(Console, "how many workers are wanted has to be said, as a number", "[cli]") {
  CHECK(run({"cluster", "scale", "demo"}) == 2);
  CHECK_THAT(err, Contains("--workers or --control-planes is missing"));
  CHECK(run({"cluster", "scale", "demo", "--workers", "-1"}) == 2);
  CHECK(run({"cluster", "scale", "demo", "--workers", "many"}) == 2);
  CHECK(run({"node", "add", "demo", "--count", "0"}) == 2);
  CHECK(run({"node", "remove"}) == 2);
  CHECK_THAT(err, Contains("which node?"));
  CHECK(run({"node", "add", "demo", "--timeout", "soon"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Console, "every verb on workers has its manual", "[cli]") {
  for (const auto& words : {std::pair("cluster", "scale"), std::pair("node", "add"),
                            std::pair("node", "remove"), std::pair("node", "list")}) {
    CHECK(run({words.first, words.second, "--help"}) == 0);
    CHECK_THAT(out, Contains(std::string("ingot ") + words.first + " " + words.second));
  }
}
