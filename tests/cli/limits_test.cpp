// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

namespace {

json host_config(const Console& console, const std::string& node) {
  for (const auto& request : console.engine.requests("POST", "/containers/create")) {
    const auto name = request.query.find("name");
    if (name != request.query.end() && name->second == node) {
      return json::parse(request.body).at("HostConfig");
    }
  }
  return {};
}

}  // namespace

TEST_CASE_METHOD(Console, "limits are given to all nodes, or to those of a role", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1", "--cpus", "control-plane=2,worker=1.5",
               "--memory", "1Gi", "--pids", "worker=900"}) == 0);
  const auto first = host_config(*this, "demo-control-plane");
  const auto worker = host_config(*this, "demo-worker");
  CHECK(first.at("NanoCpus") == 2'000'000'000);
  CHECK(first.at("Memory") == 1 << 30);
  CHECK(first.at("MemorySwap") == 1 << 30);
  CHECK_FALSE(first.contains("PidsLimit"));
  CHECK(worker.at("NanoCpus") == 1'500'000'000);
  CHECK(worker.at("PidsLimit") == 900);
}

TEST_CASE_METHOD(Console, "where a limit comes from is told", "[cli]") {
  REQUIRE(run({"config", "show", "--memory", "1Gi"}) == 0);
  CHECK_THAT(out, Contains("nodes[0].memory") && Contains("--memory"));
}

TEST_CASE_METHOD(Console, "limits that are none are told all at once, before the engine is asked", "[cli]") {
  CHECK(run({"cluster", "create", "demo", "--cpus", "many", "--memory", "boss=1Gi", "--pids", "-3"}) == 2);
  CHECK_THAT(
      err, Contains("--cpus: 'many'") && Contains("--memory: 'boss' is no role") && Contains("--pids: '-3'"));
  CHECK(run({"cluster", "create", "demo", "--memory", "64Mi"}) == 2);
  CHECK_THAT(err, Contains("a control-plane needs 768Mi"));
  CHECK(run({"node", "set", "demo-worker"}) == 2);
  CHECK(run({"node", "set", "--cpus", "1"}) == 2);
  CHECK(run({"node", "set", "demo-worker", "--cpus", "0"}) == 2);
  CHECK(run({"node", "add", "demo", "--memory", "lots"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Console, "more than the machine has is wrong input", "[cli]") {
  CHECK(run({"cluster", "create", "demo", "--cpus", "64"}) == 2);
  CHECK_THAT(err, Contains("the machine has 4"));
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(Console, "what became of nodes that were limited is told", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1"}) == 0);
  CHECK(run({"node", "set", "demo-worker", "--memory", "1Gi", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("node/demo-worker/limit") && Contains("node/demo-worker/kubelet"));
  REQUIRE(run({"node", "set", "demo-worker", "--memory", "1Gi", "-o", "json"}) == 0);
  const auto result = json::parse(out);
  CHECK(result.at("kind") == "NodeLimitedList");
  CHECK(result.at("items").at(0) == json{{"name", "demo-worker"},
                                         {"changed", true},
                                         {"cpuMillis", nullptr},
                                         {"memoryBytes", 1 << 30},
                                         {"pids", nullptr}});
  REQUIRE(run({"node", "set", "demo-worker", "--memory", "1Gi"}) == 0);
  CHECK(out == "node/demo-worker was limited so already\n");
  CHECK(run({"node", "set", "ghost", "--memory", "1Gi"}) == 3);
}
