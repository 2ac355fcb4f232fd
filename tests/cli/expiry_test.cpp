// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

TEST_CASE_METHOD(Console, "when a cluster expires is in the list, the status, and what extend says",
                 "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--ttl", "2h"}) == 0);
  REQUIRE(run({"cluster", "create", "other"}) == 0);
  REQUIRE(run({"cluster", "list", "-o", "json"}) == 0);
  const auto items = json::parse(out).at("items");
  const auto first = items.at(0).at("expires").get<std::string>();
  CHECK(items.at(1).at("expires").is_null());
  REQUIRE(run({"cluster", "list"}) == 0);
  CHECK_THAT(out, Contains("EXPIRES") && Contains(first));
  REQUIRE(run({"cluster", "status", "demo"}) == 0);
  CHECK_THAT(out, Contains(first));
  REQUIRE(run({"cluster", "extend", "demo", "--ttl", "4h", "-o", "json"}) == 0);
  const auto extended = json::parse(out);
  CHECK(extended.at("kind") == "ClusterExtended");
  CHECK(extended.at("expires").get<std::string>() > first);
  run({"cluster", "status", "demo", "-o", "json"});
  CHECK(json::parse(out).at("expires") == extended.at("expires"));
  REQUIRE(run({"cluster", "extend", "demo", "--never"}) == 0);
  CHECK(out == "cluster/demo never expires\n");
}

TEST_CASE_METHOD(Console, "a list without an end has no column for it", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  REQUIRE(run({"cluster", "list"}) == 0);
  CHECK_THAT(out, !Contains("EXPIRES"));
}

TEST_CASE_METHOD(Console, "delete --expired takes what is over, and none is no failure", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--ttl", "1ms"}) == 0);
  REQUIRE(run({"cluster", "create", "other", "--ttl", "2h"}) == 0);
  CHECK(run({"cluster", "delete", "--expired"}) == 2);  // nobody can be asked
  CHECK(run({"cluster", "delete", "--expired", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("cluster/demo") && !Contains("cluster/other"));
  CHECK(run({"cluster", "delete", "--expired", "--yes"}) == 0);
  CHECK(out == "cluster/demo deleted\n");
  CHECK(run({"cluster", "delete", "--expired", "--yes", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").empty());
  host.in.is_terminal = true;
  CHECK(run({"cluster", "delete", "--expired"}) == 0);
  CHECK_THAT(err, Contains("no cluster has expired") && !Contains("[y/N]"));
}

TEST_CASE_METHOD(Console, "a time to live that is none creates nothing", "[cli]") {
  for (const std::string ttl : {"soon", "-1h", "0"}) {
    CHECK(run({"cluster", "create", "demo", "--ttl", ttl}) == 2);
  }
  CHECK(run({"cluster", "extend", "demo"}) == 2);
  CHECK(run({"cluster", "extend", "demo", "--ttl", "1h", "--never"}) == 2);
  CHECK(run({"cluster", "extend", "demo", "--ttl", "later"}) == 2);
  CHECK(run({"cluster", "delete", "--expired", "demo", "--yes"}) == 2);
  CHECK(run({"cluster", "delete", "--expired", "--all", "--yes"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Console, "prune shows what it found, asks, and tells what it removed", "[cli]") {
  CHECK(run({"prune"}) == 2);
  REQUIRE(run({"cluster", "create", "demo", "--network", "mine"}) == 0);
  REQUIRE(run({"cluster", "delete", "demo", "--yes"}) == 0);
  CHECK(run({"prune", "--yes"}) == 0);  // too young
  CHECK_THAT(err, Contains("nothing to remove"));
  CHECK(run({"prune", "--older-than", "1ms", "--dry-run", "-o", "json"}) == 0);
  const auto found = json::parse(out);
  CHECK(found.at("kind") == "PrunedList");
  REQUIRE(found.at("items").size() == 1);
  CHECK(found.at("items").at(0).at("type") == "network");
  host.in.is_terminal = true;
  type("n\n");
  CHECK(run({"prune", "--older-than", "1ms"}) == 1);
  CHECK_THAT(err, Contains("network/mine: ingot made it"));
  CHECK(engine.networks() == std::vector<std::string>{"mine"});
  type("y\n");
  CHECK(run({"prune", "--older-than", "1ms"}) == 0);
  CHECK(out == "network/mine removed\n");
  CHECK(engine.networks().empty());
}
