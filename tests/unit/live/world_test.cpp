// SPDX-License-Identifier: Apache-2.0
#include "live/world.hpp"

#include "base/error.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace ingot::live {

namespace {

using testing::node_object;

constexpr Moment kNow{};
const Filter kNodes{.kinds = {Kind::node}, .clusters = {}, .labels = {}};

std::vector<std::string> ids(const Snapshot& snapshot) {
  std::vector<std::string> found;
  for (const auto& change : snapshot.objects) {
    found.push_back(change->subject.id);
  }
  return found;
}

}  // namespace

TEST_CASE("World: every change has the next version, and what is so already is none", "[live]") {
  World world;
  world.set(node_object("a"), kNow);
  world.set(node_object("a"), kNow);
  CHECK(world.version() == 1);
  world.set(node_object("a", "exited"), kNow);
  world.remove(Kind::node, "a", kNow);
  world.remove(Kind::node, "a", kNow);
  CHECK(world.version() == 3);
  CHECK(world.snapshot({}).objects.empty());
}

TEST_CASE("World: who reads late hears of each object once, as it is now", "[live]") {
  World world;
  world.set(node_object("a"), kNow);
  world.set(node_object("b"), kNow);
  world.set(node_object("a", "paused"), kNow);
  world.set(node_object("a", "exited"), kNow);
  const auto first = world.after(0, {});
  CHECK(first.change->subject.id == "b");
  const auto second = world.after(first.version, {});
  CHECK(second.change->message.find("exited") != std::string::npos);
  CHECK(world.after(second.version, {}).change == nullptr);
}

TEST_CASE("World: an object that is back as it was is told of once, not as gone and there again", "[live]") {
  World world;
  world.set(node_object("a"), kNow);
  world.remove(Kind::node, "a", kNow);
  world.set(node_object("a", "created"), kNow);
  const auto step = world.after(1, {});
  CHECK_FALSE(step.change->is_removal);
  CHECK(world.after(step.version, {}).change == nullptr);
}

TEST_CASE("World: an object that a filter lets through no more is gone for it", "[live]") {
  World world;
  world.set(node_object("a", "running", "demo", {{"tier", "1"}}), kNow);
  const Filter first{.kinds = {}, .clusters = {}, .labels = {{"tier", "1"}}};
  const Filter second{.kinds = {}, .clusters = {}, .labels = {{"tier", "2"}}};
  world.set(node_object("a", "running", "demo", {{"tier", "2"}}), kNow);
  CHECK(world.after(1, first).change->is_removal);
  CHECK_FALSE(world.after(1, second).change->is_removal);
  CHECK(world.snapshot(first).objects.empty());
  CHECK(ids(world.snapshot(second)) == std::vector<std::string>{"a"});
}

TEST_CASE("World: events are told only to those who name their kind", "[live]") {
  World world;
  Object event = node_object("a");
  event.subject.kind = Kind::event;
  world.set(event, kNow);
  CHECK(world.snapshot({}).objects.empty());
  CHECK(world.after(0, {}).change == nullptr);
  CHECK(ids(world.snapshot({.kinds = {Kind::event}, .clusters = {}, .labels = {}})).size() == 1);
}

TEST_CASE("World: what is told on request is wished for while somebody names it", "[live]") {
  World world;
  const Filter usage{.kinds = {Kind::usage}, .clusters = {}, .labels = {}};
  auto first = world.wish(usage);
  auto second = world.wish(usage);
  world.wait_until_wished(Kind::usage, {});
  first.reset();
  world.set(node_object("a"), kNow);
  CHECK(world.wait_while_wished(Kind::usage, 0, {}) == 1U);
  const std::jthread ending([&] { second.reset(); });
  CHECK_FALSE(world.wait_while_wished(Kind::usage, 1, {}));
}

TEST_CASE("World: filters by kind and cluster", "[live]") {
  World world;
  world.set(node_object("a", "running", "one"), kNow);
  world.set(node_object("b", "running", "two"), kNow);
  CHECK(ids(world.snapshot({.kinds = {Kind::node}, .clusters = {"two"}, .labels = {}})) ==
        std::vector<std::string>{"b"});
  CHECK(world.snapshot({.kinds = {Kind::instance}, .clusters = {}, .labels = {}}).objects.empty());
  CHECK(world.after(0, {.kinds = {}, .clusters = {"two"}, .labels = {}}).version == 2);
}

TEST_CASE("World: replacing sets what differs and removes what is missing, of those kinds alone", "[live]") {
  World world;
  Object image = node_object("a");
  image.subject.kind = Kind::image;
  world.set(image, kNow);
  world.set(node_object("a"), kNow);
  world.set(node_object("b"), kNow);
  world.replace(kNodes, {node_object("b"), node_object("c")}, kNow);
  CHECK(world.version() == 5);
  CHECK(ids(world.snapshot({.kinds = {Kind::node}, .clusters = {}, .labels = {}})) ==
        std::vector<std::string>{"b", "c"});
  CHECK(world.counts().at(Kind::image) == 1);
}

TEST_CASE("World: replacing the objects of one cluster leaves those of others", "[live]") {
  World world;
  world.set(node_object("a", "running", "one"), kNow);
  world.set(node_object("b", "running", "two"), kNow);
  world.replace({.kinds = {Kind::node}, .clusters = {"one"}, .labels = {}},
                {node_object("c", "running", "one")}, kNow);
  CHECK(ids(world.snapshot({})) == std::vector<std::string>{"b", "c"});
}

TEST_CASE("World: the log is bounded, and who has not read what was dropped has fallen out", "[live]") {
  World world(2);
  for (const char* name : {"a", "b", "c"}) {
    world.set(node_object(name), kNow);
    world.remove(Kind::node, name, kNow);
  }
  CHECK(world.after(1, {}).has_fallen_out);
  CHECK_FALSE(world.after(2, {}).has_fallen_out);
  CHECK(world.after(7, {}).has_fallen_out);  // of another run, or made up
}

TEST_CASE("World: waiting ends with a change, or with a stop", "[live]") {
  World world;
  std::jthread writer([&] { world.set(node_object("a"), kNow); });
  CHECK(world.wait_beyond(0, {}) == 1);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_THROWS_AS(world.wait_beyond(1, stop.get_token()), base::Cancelled);
}

}  // namespace ingot::live
