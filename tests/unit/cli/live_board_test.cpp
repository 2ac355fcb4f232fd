// SPDX-License-Identifier: Apache-2.0
#include "output/live_board.hpp"

#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

namespace ingot::cli::output {

namespace {

using testing::node_object;

std::string set_message(live::Version version, const live::Object& object) {
  return live::set_change(version, object.subject, live::object_text(object), {}).message;
}

}  // namespace

TEST_CASE("LiveBoard: a line for each change", "[cli]") {
  LiveBoard board;
  const auto node = node_object("demo-worker");
  CHECK(
      board.take(live::welcome_message({.run = "r", .version = 0}, false, true, {"1", "unix:///e"})).empty());
  CHECK(board.take(set_message(1, node)) == std::vector<std::string>{"node/demo-worker running"});
  CHECK(board.take(live::removal_change(2, node.subject, {}).message) ==
        std::vector<std::string>{"node/demo-worker is gone"});
  CHECK(board.take(live::removal_change(3, node.subject, {}).message).empty());
}

TEST_CASE("LiveBoard: networks are told of by name, and nothing can steer the terminal", "[cli]") {
  LiveBoard board;
  const live::Object network{
      .subject = {.kind = live::Kind::network, .id = "beef", .cluster = {}, .labels = {}},
      .data = R"({"driver":"bridge","name":"ki\u001b[2Jnd","subnets":[]})"};
  const auto lines = board.take(set_message(1, network));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().starts_with("network/ki"));
  CHECK(lines.front().find('\x1b') == std::string::npos);
}

TEST_CASE("LiveBoard: what Kubernetes tells of is told in its own words", "[cli]") {
  const auto line = [](live::Kind kind, const std::string& id, const std::string& data) {
    LiveBoard board;
    return board
        .take(
            set_message(1, {.subject = {.kind = kind, .id = id, .cluster = "c", .labels = {}}, .data = data}))
        .front();
  };
  CHECK(line(live::Kind::pod, "c/x/web",
             R"({"address":"","images":[],"name":"web","namespace":"x","node":"","phase":"CrashLoopBackOff",)"
             R"("ready":"0/1","restarts":4})") == "pod/c/x/web CrashLoopBackOff 0/1");
  CHECK(line(live::Kind::deployment, "c/x/web",
             R"({"images":[],"name":"web","namespace":"x","ready":1,"updated":2,"wanted":2})") ==
        "deployment/c/x/web 1/2 ready");
  CHECK(
      line(
          live::Kind::kube_node, "c/n",
          R"({"addresses":[],"allocatable":{},"capacity":{"cpu":"2","memory":"1Gi"},"conditions":[],"name":"n",)"
          R"("ready":true,"unschedulable":true,"version":"v1"})") ==
      "kube-node/c/n Ready,SchedulingDisabled");
  CHECK(line(live::Kind::event, "c/x/web.17",
             R"({"about":"Pod/web","count":1,"level":"Warning","message":"again","namespace":"x",)"
             R"("reason":"BackOff"})") == "event/c/x/Pod/web Warning BackOff: again");
}

TEST_CASE("LiveBoard: a picture has no more lines than there is room for, and can be moved in", "[cli]") {
  LiveBoard board;
  for (int i = 0; i < 30; ++i) {
    board.take(set_message(static_cast<live::Version>(i) + 1, node_object("node-" + std::to_string(10 + i))));
  }
  const Style style{.columns = 40};
  std::size_t first = 0;
  const auto top = board.picture(style, 10, first);
  CHECK(std::ranges::count(top, '\n') == 9);
  CHECK(top.find("NODE") != std::string::npos);
  CHECK(top.find("node-10") != std::string::npos);
  first = 1000;
  const auto end = board.picture(style, 10, first);
  CHECK(first == 31 - 8);
  CHECK(end.find("node-39") != std::string::npos);
  CHECK(end.find("node-10") == std::string::npos);
}

TEST_CASE("LiveBoard: a new snapshot makes void what was known", "[cli]") {
  LiveBoard board;
  board.take(set_message(1, node_object("old")));
  board.take(live::snapshot_message(2, {}, true));
  std::size_t first = 0;
  CHECK(board.picture({.columns = 40}, 10, first).find("old") == std::string::npos);
}

TEST_CASE("LiveBoard: of a new snapshot, what differs is told, once it is whole", "[cli]") {
  live::World world;
  for (const char* name : {"a", "b", "c"}) {
    world.set(node_object(name), {});
  }
  LiveBoard board;
  CHECK(board.take(live::snapshot_message(3, world.snapshot({}).objects, true)).size() == 3);
  world.remove(live::Kind::node, "a", {});
  world.set(node_object("b", "exited"), {});
  world.set(node_object("d"), {});
  const auto objects = world.snapshot({}).objects;
  board.take(live::welcome_message({.run = "other", .version = 1}, false, true, {"1", "unix:///e"}));
  CHECK(board.take(live::snapshot_message(1, {objects.front()}, false)).empty());
  std::size_t first = 0;
  CHECK(board.picture({.columns = 60}, 20, first).find("a ") != std::string::npos);
  const std::vector<live::ChangePtr> rest(objects.begin() + 1, objects.end());
  CHECK(board.take(live::snapshot_message(1, rest, true)) ==
        std::vector<std::string>{"node/a is gone", "node/b exited", "node/d running"});
  CHECK(board.picture({.columns = 60}, 20, first).find("version 1 ") != std::string::npos);
}

TEST_CASE("LiveBoard: while the connection is lost it says so, and shows what was seen last", "[cli]") {
  LiveBoard board;
  board.take(set_message(1, node_object("demo-worker")));
  board.set_lost("the server\x1b ends");
  std::size_t first = 0;
  const auto picture = board.picture({.unicode = false, .columns = 60}, 10, first);
  CHECK(picture.find("Reconnecting...   the server") != std::string::npos);
  CHECK(picture.find('\x1b') == std::string::npos);
  CHECK(picture.find("demo-worker") != std::string::npos);
  board.set_lost({});
  CHECK(board.picture({.columns = 60}, 10, first).find("Reconnecting") == std::string::npos);
}

}  // namespace ingot::cli::output
