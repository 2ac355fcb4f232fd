// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

TEST_CASE_METHOD(Console, "what became of clusters is told as JSON, node by node", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1"}) == 0);
  REQUIRE(run({"cluster", "create", "other"}) == 0);
  for (const auto& [verb, kind] :
       {std::pair("stop", "ClusterStoppedList"), std::pair("start", "ClusterStartedList"),
        std::pair("restart", "ClusterRestartedList"), std::pair("pause", "ClusterPausedList"),
        std::pair("resume", "ClusterResumedList")}) {
    REQUIRE(run({"cluster", verb, "--all", "-o", "json"}) == 0);
    const auto document = json::parse(out);
    CHECK(document.at("kind") == kind);
    CHECK(document.at("items").size() == 2);
    const auto& demo = document.at("items").at(0);
    CHECK(demo.at("name") == "demo");
    CHECK(demo.at("nodes").size() == 2);
    CHECK(demo.at("nodes").at(1) == json{{"name", "demo-worker"}, {"changed", true}});
    CHECK(demo.at("elapsedMs").is_number_integer());
  }
}

TEST_CASE_METHOD(Console, "status as JSON has the state of the cluster", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  const auto state = [&] {
    run({"cluster", "status", "demo", "-o", "json"});
    return json::parse(out).at("state");
  };
  CHECK(state() == "Running");
  run({"cluster", "pause", "demo"});
  CHECK(state() == "Paused");
  run({"cluster", "stop", "demo"});
  CHECK(state() == "Stopped");
}

TEST_CASE_METHOD(Console, "wrong arguments of a change are told before the engine is asked", "[cli]") {
  CHECK(run({"cluster", "stop", "a", "--all"}) == 2);
  CHECK(run({"cluster", "stop", "a", "--grace", "soon"}) == 2);
  CHECK_THAT(err, Contains("--grace"));
  CHECK(run({"cluster", "start", "a", "--grace", "1s"}) == 2);
  CHECK(run({"cluster", "pause", "a", "--no-wait"}) == 2);
  CHECK(run({"cluster", "resume", "a", "--timeout", "-1s"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Console, "no clusters are nothing to stop", "[cli]") {
  CHECK(run({"cluster", "stop", "--all", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").empty());
}

TEST_CASE_METHOD(Console, "a plan is the result of a dry run, and says when there is nothing to do",
                 "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "pause", "demo", "--dry-run"}) == 0);
  CHECK(out == "#1 node/demo-control-plane/pause: it runs\n");
  CHECK(err.empty());
  CHECK(run({"cluster", "resume", "demo", "--dry-run"}) == 0);
  CHECK(out == "nothing to do for cluster/demo\n");
  CHECK(run({"cluster", "stop", "ghost", "--dry-run"}) == 3);
}

TEST_CASE_METHOD(Console, "the restart policy that was asked for reaches every container", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--control-planes", "2", "--restart", "unless-stopped"}) == 0);
  std::size_t containers = 0;
  for (const auto& request : engine.requests("POST", "/containers/create")) {
    const auto body = json::parse(request.body);
    if (body.at("Labels").contains("io.x-k8s.kind.cluster")) {
      ++containers;
      CHECK(body.at("Labels").at("dev.ingot.restart") == "unless-stopped");
      CHECK(body.at("HostConfig").at("RestartPolicy").at("Name") == "always");
    }
  }
  CHECK(containers == 3);
  CHECK(run({"cluster", "create", "other", "--restart", "always"}) == 2);
}

TEST_CASE_METHOD(Console, "what became of nodes is told, in lines and as JSON", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "2"}) == 0);
  CHECK(run({"node", "stop", "demo-worker", "demo-worker2"}) == 0);
  CHECK(out == "node/demo-worker stopped\nnode/demo-worker2 stopped\n");
  CHECK(run({"node", "stop", "demo-worker2"}) == 0);
  CHECK(out == "node/demo-worker2 was stopped already\n");
  CHECK(run({"node", "start", "demo-worker2", "-o", "json"}) == 0);
  const auto document = json::parse(out);
  CHECK(document.at("kind") == "NodeStartedList");
  CHECK(document.at("cluster") == "demo");
  CHECK(document.at("items") == json{{{"name", "demo-worker2"}, {"changed", true}}});
}

TEST_CASE_METHOD(Console, "node verbs need names", "[cli]") {
  for (const auto* verb : {"stop", "start", "restart", "logs"}) {
    CHECK(run({"node", verb}) == 2);
  }
  CHECK(run({"node", "exec"}) == 125);  // as its command could not be run
  CHECK(run({"node", "exec", "demo-worker"}) == 125);
  CHECK(engine.requests().empty());
  CHECK(run({"node", "stop", "demo-worker"}) != 0);
  CHECK_THAT(err, Contains("there is no node named 'demo-worker'"));
}
