// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"
#include "docker/engine.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

namespace {

// Of two clusters' deletes at once, the one that comes too late: everything goes at the n-th request of ours.
void remove_volumes_at(Console& console, const ingot::testing::Match& request) {
  console.engine.faults().before(request, [&console] {
    ingot::docker::Engine other(console.engine.address());
    for (const auto& volume : console.engine.volumes()) {
      other.remove_volume(volume, {});
    }
  });
}

}  // namespace

TEST_CASE_METHOD(Console, "snapshots are saved, listed and deleted", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "snapshot", "save", "demo", "--name", "a"}) == 0);
  CHECK_THAT(out, Contains("snapshot/demo/a saved"));
  CHECK(run({"cluster", "snapshot", "list", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").size() == 1);
  CHECK(run({"cluster", "snapshot", "delete", "demo/a"}) == 2);  // nobody can be asked
  CHECK(run({"cluster", "snapshot", "delete", "demo/a", "demo/b", "--yes"}) == 3);
  CHECK(out == "snapshot/demo/a deleted\n");
  CHECK_THAT(err, Contains("there is no snapshot 'demo/b'") && !Contains("demo/a'"));
  CHECK(run({"cluster", "snapshot", "delete", "demo/a", "--yes"}) == 3);
  CHECK(run({"cluster", "snapshot", "delete", "demo/a", "--yes", "--ignore-not-found"}) == 0);
}

TEST_CASE_METHOD(Console, "a snapshot that goes while it is deleted is as one that was not there", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  REQUIRE(run({"cluster", "snapshot", "save", "demo", "--name", "a"}) == 0);
  const ingot::testing::Match request =
      GENERATE(ingot::testing::Match{.method = "GET", .path = "/volumes"},
               ingot::testing::Match{.method = "GET", .path = "/volumes", .nth = 2},
               ingot::testing::Match{.method = "DELETE", .path = "/volumes/.*"});
  remove_volumes_at(*this, request);
  SECTION("which is a failure") {
    CHECK(run({"cluster", "snapshot", "delete", "demo/a", "--yes"}) == 3);
    CHECK_THAT(err, Contains("there is no snapshot 'demo/a'"));
  }
  SECTION("which is none where it was said so") {
    CHECK(run({"cluster", "snapshot", "delete", "demo/a", "--yes", "--ignore-not-found", "-o", "json"}) == 0);
    CHECK(json::parse(out).at("items").empty());
  }
}
