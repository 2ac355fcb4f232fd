// SPDX-License-Identifier: Apache-2.0
#include "feed/mirror.hpp"
#include "live/world.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::feed {

namespace {

using kube::EventKind;
using live::Kind;
using nlohmann::json;

json pod(const std::string& name, const std::string& phase = "Running") {
  return {{"metadata", {{"name", name}, {"namespace", "x"}}}, {"status", {{"phase", phase}}}};
}

json event_at(int minute) {
  return {{"metadata", {{"name", fmt::format("e{}", minute)}, {"namespace", "x"}}},
          {"lastTimestamp", fmt::format("2026-01-01T00:{:02}:00Z", minute)}};
}

std::vector<std::string> ids(const live::World& world, Kind kind) {
  std::vector<std::string> found;
  for (const auto& change : world.snapshot({.kinds = {kind}, .clusters = {}, .labels = {}}).objects) {
    found.push_back(change->subject.id);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST_CASE("Mirror: nothing is told before all is known, then every change", "[feed]") {
  live::World world;
  Mirror mirror(world, Kind::pod, "demo", 10);
  mirror.take(EventKind::added, pod("a"));
  CHECK(world.version() == 0);
  mirror.take(EventKind::synced, nullptr);
  mirror.take(EventKind::added, pod("b"));
  CHECK(ids(world, Kind::pod) == std::vector<std::string>{"demo/x/a", "demo/x/b"});
  mirror.take(EventKind::deleted, pod("a"));
  mirror.take(EventKind::modified, pod("b", "Failed"));
  mirror.take(EventKind::added, json{{"metadata", "nonsense"}});
  CHECK(ids(world, Kind::pod) == std::vector<std::string>{"demo/x/b"});
  CHECK(world.version() == 4);
}

TEST_CASE("Mirror: a watch that begins anew tells only what differs, and leaves other clusters alone",
          "[feed]") {
  live::World world;
  Mirror mirror(world, Kind::pod, "demo", 10);
  Mirror other(world, Kind::pod, "other", 10);
  for (const auto& name : {"a", "b"}) {
    mirror.take(EventKind::added, pod(name));
  }
  mirror.take(EventKind::synced, nullptr);
  other.take(EventKind::added, pod("c"));
  other.take(EventKind::synced, nullptr);
  mirror.take(EventKind::restarted, nullptr);
  mirror.take(EventKind::added, pod("b"));
  CHECK(world.version() == 3);
  mirror.take(EventKind::synced, nullptr);
  CHECK(world.version() == 4);
  CHECK(ids(world, Kind::pod) == std::vector<std::string>{"demo/x/b", "other/x/c"});
}

TEST_CASE("Mirror: of events the newest are kept, in whatever order they come", "[feed]") {
  live::World world;
  Mirror mirror(world, Kind::event, "demo", 3);
  for (const int minute : {5, 1, 4, 2, 3}) {
    mirror.take(EventKind::added, event_at(minute));
  }
  mirror.take(EventKind::synced, nullptr);
  CHECK(ids(world, Kind::event) == std::vector<std::string>{"demo/x/e3", "demo/x/e4", "demo/x/e5"});
  mirror.take(EventKind::added, event_at(9));
  mirror.take(EventKind::added, event_at(0));
  CHECK(ids(world, Kind::event) == std::vector<std::string>{"demo/x/e4", "demo/x/e5", "demo/x/e9"});
  auto again = event_at(4);
  again["lastTimestamp"] = "2026-01-01T00:59:00Z";
  mirror.take(EventKind::modified, again);
  mirror.take(EventKind::added, event_at(10));
  CHECK(ids(world, Kind::event) == std::vector<std::string>{"demo/x/e10", "demo/x/e4", "demo/x/e9"});
  mirror.take(EventKind::deleted, event_at(9));
  CHECK(ids(world, Kind::event) == std::vector<std::string>{"demo/x/e10", "demo/x/e4"});
}

TEST_CASE("Mirror: a flood of events does not grow the world", "[feed]") {
  live::World world;
  Mirror mirror(world, Kind::event, "demo", 3);
  mirror.take(EventKind::synced, nullptr);
  for (int i = 0; i < 10'000; ++i) {
    json event = event_at(i % 60);
    event["metadata"]["name"] = std::to_string(i);
    mirror.take(EventKind::added, event);
  }
  CHECK(world.counts().at(Kind::event) == 3);
}

}  // namespace ingot::feed
