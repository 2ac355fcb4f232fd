// SPDX-License-Identifier: Apache-2.0
// The world that a feed keeps, over the fake engine.
#include "base/error.hpp"
#include "engine/watched_world.hpp"
#include "engine_fixture.hpp"
#include "feed/engine_feed.hpp"
#include "feed/usage_feed.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace ingot::testing {

namespace {

using live::Kind;

// A feed that follows the fixture's engine.
class LiveFixture : public EngineFixture, public WatchedWorld {
 public:
  feed::EngineFeed feed{fake.address(), "engine", world};

  void follow() {
    feed.look({});
    following_ = std::jthread(
        [this](const std::stop_token& stop) { CHECK_THROWS_AS(feed.follow(stop), base::Cancelled); });
    wait_until_seen("the feed", [&] { return !fake.requests("GET", "/events").empty(); });
  }

  std::string create_node(const std::string& name) {
    return engine.create_container(
        name,
        {.image = kImage,
         .command = {"/probe", "wait"},
         .labels = {{"io.x-k8s.kind.cluster", "demo"}, {"io.x-k8s.kind.role", "worker"}}},
        {});
  }

 private:
  std::jthread following_;
};

}  // namespace

TEST_CASE_METHOD(LiveFixture, "Feed: what is there is looked at once", "[live]") {
  create_node("demo-worker");
  feed.look({});
  CHECK(fact(Kind::engine, "engine", "state") == "Connected");
  CHECK(fact(Kind::cluster, "demo", "workers") == "1");
  CHECK(fact(Kind::node, "demo-worker", "state") == "created");
  CHECK(world.counts().at(Kind::network) == 3);
  CHECK(world.counts().at(Kind::image) == 1);
}

TEST_CASE_METHOD(LiveFixture, "Feed: every event of a node changes the world", "[live]") {
  follow();
  const auto id = create_node("demo-worker");
  wait_until_so([&] { return fact(Kind::node, "demo-worker", "state") == "created"; });
  engine.start_container(id, {});
  wait_until_so([&] { return fact(Kind::cluster, "demo", "state") == "Running"; });
  engine.pause_container(id, {});
  wait_until_so([&] { return fact(Kind::node, "demo-worker", "state") == "paused"; });
  engine.unpause_container(id, {});
  engine.remove_container(id, {});
  wait_until_so([&] { return world.counts().at(Kind::node) == 0 && world.counts().at(Kind::cluster) == 0; });
}

TEST_CASE_METHOD(LiveFixture, "Feed: networks come and go", "[live]") {
  follow();
  const auto id = engine.create_network({.name = "mine"}, {});
  wait_until_so([&] { return fact(Kind::network, id, "name") == "mine"; });
  engine.remove_network(id, {});
  wait_until_so([&] { return fact(Kind::network, id, "name").empty(); });
}

TEST_CASE_METHOD(LiveFixture, "Feed: what others' containers do is not looked at", "[live]") {
  follow();
  const auto before = fake.requests("GET", "/containers/json").size();
  run("others");
  create_node("demo-worker");
  wait_until_so([&] { return !fact(Kind::node, "demo-worker", "state").empty(); });
  CHECK(fake.requests("GET", "/containers/json").size() <=
        before + 3);  // the feed's second look, and the node's
}

TEST_CASE_METHOD(LiveFixture, "Feed: a stream that breaks in the middle of an event loses nothing",
                 "[live]") {
  fake.faults().cut_after({.method = "GET", .path = "/events"}, 10);
  follow();
  create_node("demo-worker");
  wait_until_seen("a second stream", [&] { return fake.requests("GET", "/events").size() == 2; });
  wait_until_so([&] { return fact(Kind::engine, "engine", "state") == "Connected"; });
  wait_until_so([&] { return !fact(Kind::node, "demo-worker", "state").empty(); });
}

TEST_CASE_METHOD(LiveFixture, "Feed: an engine that is away is told of, with why", "[live]") {
  follow();
  fake.die();
  wait_until_so([&] { return fact(Kind::engine, "engine", "state") == "Away"; });
  wait_until_so(
      [&] { return fact(Kind::engine, "engine", "detail") != "it has ended its stream of events"; });
}

TEST_CASE_METHOD(LiveFixture, "Feed: usage is measured while somebody wishes to hear of it", "[live]") {
  feed::UsageFeed usage(fake.address(), world);
  const std::jthread measuring(
      [&](const std::stop_token& stop) { CHECK_THROWS_AS(usage.follow(stop), base::Cancelled); });
  follow();
  engine.start_container(create_node("demo-worker"), {});
  wait_until_so([&] { return fact(Kind::node, "demo-worker", "state") == "running"; });
  CHECK(fake.requests("GET", "/containers/.*/stats").empty());
  const live::Filter wish{.kinds = {Kind::usage}, .clusters = {}, .labels = {}};
  auto first = world.wish(wish);
  auto second = world.wish(wish);
  wait_until_so([&] { return fact(Kind::usage, "demo-worker", "pids") == "7"; });
  CHECK(fact(Kind::usage, "demo-worker", "memoryBytes") == std::to_string(60U << 20U));
  CHECK(fake.requests("GET", "/containers/.*/stats").size() == 1);
  first.reset();
  create_node("demo-other");
  wait_until_so([&] { return has(Kind::node, "demo-other"); });
  CHECK(has(Kind::usage, "demo-worker"));
  second.reset();
  wait_until_so([&] { return world.counts().at(Kind::usage) == 0; });
}

TEST_CASE_METHOD(LiveFixture, "Feed: without an engine there is no first look", "[live]") {
  fake.die();
  CHECK(failure_of([&] { feed.look({}); }).code == base::ErrorCode::engine_unreachable);
}

}  // namespace ingot::testing
