// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

TEST_CASE_METHOD(Console, "a cluster is created, listed, shown and deleted, in words and as JSON", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--workers", "1"}) == 0);
  CHECK(out == "cluster/demo created\n");
  CHECK_THAT(err, Contains("cluster 'demo' is ready"));
  CHECK(std::filesystem::exists(home / ".kube/config"));

  CHECK(run({"cluster", "list", "-o", "name"}) == 0);
  CHECK(out == "cluster/demo\n");
  CHECK(run({"cluster", "ls", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").at(0).at("workers") == 1);

  CHECK(run({"cluster", "status", "demo", "-o", "json"}) == 0);
  const auto status = json::parse(out);
  CHECK(status.at("healthy") == true);
  CHECK(status.at("nodes").size() == 2);

  CHECK(run({"cluster", "delete", "demo", "--yes"}) == 0);
  CHECK(out == "cluster/demo deleted\n");
  CHECK(engine.containers().empty());
  CHECK(run({"cluster", "list"}) == 0);
  CHECK(out.empty());
  CHECK(err == "no clusters\n");
}

TEST_CASE_METHOD(Console, "create as JSON is one document that says where the time went", "[cli]") {
  REQUIRE(run({"-o", "json", "cluster", "create"}) == 0);
  const auto created = json::parse(out);
  CHECK(created.at("name") == "kind");
  CHECK(created.at("context") == "kind-kind");
  CHECK(created.at("phases").size() > 3);
  CHECK(err.empty());
}

TEST_CASE_METHOD(Console, "the name comes from the argument, the environment, the file, in this order",
                 "[cli]") {
  std::ofstream(home / "cluster.yaml")
      << "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: from-file\n";
  const auto planned_name = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"cluster", "create", "--dry-run", "-f", "cluster.yaml"});
    REQUIRE(run(words) == 0);
    const auto start = out.find("node/") + 5;
    return out.substr(start, out.find("-control-plane") - start);
  };
  CHECK(planned_name({}) == "from-file");
  host.environment["KIND_CLUSTER_NAME"] = "from-kind";
  CHECK(planned_name({}) == "from-kind");
  host.environment["INGOT_CLUSTER"] = "from-env";
  CHECK(planned_name({}) == "from-env");
  CHECK(planned_name({"given"}) == "given");
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(Console, "workers come from the flag or the file, not from both", "[cli]") {
  const std::string head = "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n";
  type(head + "nodes:\n- role: control-plane\n- role: worker\n");
  CHECK(run({"cluster", "create", "-f", "-", "--workers", "1"}) == 2);
  CHECK_THAT(err, Contains("both --workers and the cluster file"));
  type(head);
  CHECK(run({"cluster", "create", "-f", "-", "--workers", "2", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("node/kind-worker2/"));
}

TEST_CASE_METHOD(Console, "what is wrong with the input is told before the engine is asked", "[cli]") {
  CHECK(run({"cluster", "create", "Bad_Name", "-o", "json"}) == 2);
  CHECK(json::parse(err).at("code") == "invalid-input");
  CHECK(run({"cluster", "create", "--kubeconfig", "a", "--no-kubeconfig"}) == 2);
  CHECK(run({"cluster", "delete", "a", "--all", "--yes"}) == 2);
  CHECK(run({"cluster", "delete", "a"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Console, "creating a cluster twice is a conflict with a remedy", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "create", "demo"}) == 4);
  CHECK_THAT(err, Contains("try: ingot cluster delete demo"));
}

TEST_CASE_METHOD(Console, "what is not there is not found", "[cli]") {
  CHECK(run({"cluster", "status", "ghost"}) == 3);
  CHECK(run({"cluster", "kubeconfig", "ghost"}) == 3);
  CHECK(run({"cluster", "delete", "ghost", "--yes"}) == 3);
  CHECK(run({"cluster", "delete", "ghost", "--yes", "--ignore-not-found"}) == 0);
  CHECK(run({"kubectl", "--cluster", "ghost", "--", "get", "pods"}) == 125);
}

TEST_CASE_METHOD(Console, "deleting asks on a terminal, and no is the answer unless yes is given", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  host.in.is_terminal = true;
  type("\n");
  CHECK(run({"cluster", "delete", "demo"}) == 1);
  CHECK_THAT(err, Contains("container demo-control-plane") && Contains("delete? [y/N]"));
  CHECK(engine.containers().size() == 1);
  type("y\n");
  CHECK(run({"cluster", "delete", "demo"}) == 0);
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(Console, "a dry run of delete says what would go and changes nothing", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "delete", "demo", "--dry-run"}) == 0);
  CHECK_THAT(out,
             Contains("container demo-control-plane with its volumes") && Contains("context kind-demo in"));
  CHECK(engine.containers().size() == 1);
}

TEST_CASE_METHOD(Console, "delete --all deletes what is there, and nothing is no failure", "[cli]") {
  REQUIRE(run({"cluster", "create", "a"}) == 0);
  REQUIRE(run({"cluster", "create", "b"}) == 0);
  CHECK(run({"cluster", "delete", "--all", "--yes", "-o", "name"}) == 0);
  CHECK(out == "cluster/a\ncluster/b\n");
  CHECK(run({"cluster", "delete", "--all", "--yes"}) == 0);
}

TEST_CASE_METHOD(Console, "the kubeconfig is printed whatever the form of other results", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--no-kubeconfig"}) == 0);
  CHECK_FALSE(std::filesystem::exists(home / ".kube/config"));
  CHECK(run({"cluster", "kubeconfig", "demo", "-o", "json"}) == 0);
  CHECK_THAT(out, Contains("kind: Config") && Contains("127.0.0.1"));
  CHECK(run({"cluster", "kubeconfig", "demo", "--internal"}) == 0);
  CHECK_THAT(out, Contains("https://demo-control-plane:6443"));
}

TEST_CASE_METHOD(Console, "kubectl gets its own flags, its input, and gives its exit code", "[cli]") {
  engine.add_program({"kubectl"}, [](ingot::testing::Process& process) {
    process.out(process.info().argv.back() + ":" + process.input());
    process.err("noise\n");
    return 7;
  });
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  type("manifest");
  CHECK(run({"kubectl", "--cluster", "demo", "--", "apply", "-o", "json", "-f", "-"}) == 7);
  CHECK(out == "-:manifest");
  CHECK(err == "noise\n");
}

TEST_CASE_METHOD(Console, "an interrupted create says so and leaves nothing", "[cli]") {
  const auto hold = engine.faults().hold({.method = "POST", .path = "/containers/[^/]+/start"});
  std::jthread finger([&] {
    hold->wait_until_held();
    press_ctrl_c();
  });
  CHECK(run({"cluster", "create", "demo"}) == 130);
  CHECK_THAT(err, Contains("stopping; press Ctrl-C again to leave things as they are"));
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(Console, "the engine of the docker context is asked where DOCKER_HOST is not set", "[cli]") {
  host.environment.erase("DOCKER_HOST");
  std::filesystem::create_directories(home / ".docker/contexts/meta/0");
  std::ofstream(home / ".docker/contexts/meta/0/meta.json")
      << json{{"Name", "mine"}, {"Endpoints", {{"docker", {{"Host", engine.address().host}}}}}};
  std::ofstream(home / ".docker/config.json") << R"({"currentContext":"mine"})";
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"kind", "get", "clusters"}) == 0);
  CHECK(out == "demo\n");
  host.environment["DOCKER_CONTEXT"] = "other";
  CHECK(run({"cluster", "list"}) == 5);
  CHECK_THAT(err, Contains("there is no docker context 'other'"));
  CHECK(run({"cluster", "create", "second"}) == 5);
  CHECK(engine.containers().size() == 1);
}

TEST_CASE_METHOD(Console, "a broken engine is a failure with the engine's words", "[cli]") {
  engine.faults().fail({.method = "POST", .path = "/containers/create"}, 500, "the disk is gone");
  CHECK(run({"cluster", "create", "demo"}) == 1);
  CHECK_THAT(err, Contains("the disk is gone"));
  CHECK(engine.containers().empty());
}
