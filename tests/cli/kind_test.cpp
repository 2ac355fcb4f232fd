// SPDX-License-Identifier: Apache-2.0
// ingot in kind's place, over the fake engine. What is expected was read off kind 0.33.
#include "cli/console.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

using Catch::Matchers::Contains;

namespace {

const std::string kImage = "kindest/node:v1.31.0";  // that the fake engine has

struct KindConsole : ingot::testing::Console {
  KindConsole() { host.program = "kind"; }
};

std::string progress(const std::string& image, const std::string& boxes, const std::string& more = "") {
  std::string text;
  for (const std::string& phase :
       {"Ensuring node image (" + image + ") 🖼️", "Preparing nodes " + boxes,
        std::string("Writing configuration 📜"), std::string("Starting control-plane 🕹️"),
        std::string("Installing CNI 🔌"), std::string("Installing StorageClass 💾"), more}) {
    if (!phase.empty()) {
      text += " • " + phase + "  ...\n ✓ " + phase + "\n";
    }
  }
  return text;
}

}  // namespace

TEST_CASE_METHOD(KindConsole, "a cluster is created, found and deleted in kind's words", "[cli][kind]") {
  REQUIRE(run({"create", "cluster", "--name", "demo"}) == 0);
  CHECK(out.empty());
  CHECK(err == "Creating cluster \"demo\" ...\n" + progress(kImage, "📦 ") +
                   "Set kubectl context to \"kind-demo\"\nYou can now use your cluster with:\n\n"
                   "kubectl cluster-info --context kind-demo\n\nHave a nice day! 👋\n");
  CHECK(std::filesystem::exists(home / ".kube/config"));

  CHECK(run({"get", "clusters"}) == 0);
  CHECK(out == "demo\n");
  CHECK(run({"get", "nodes", "-n", "demo"}) == 0);
  CHECK(out == "demo-control-plane\n");
  CHECK(run({"get", "kubeconfig", "--name=demo"}) == 0);
  CHECK_THAT(out, Contains("https://127.0.0.1:"));
  CHECK(run({"get", "kubeconfig", "--name=demo", "--internal"}) == 0);
  CHECK_THAT(out, Contains("https://demo-control-plane:6443"));
  CHECK(run({"export", "kubeconfig", "--name", "demo", "--kubeconfig", "other"}) == 0);
  CHECK(out.empty());
  CHECK(err == "Set kubectl context to \"kind-demo\"\n");
  CHECK(std::filesystem::exists(home / "other"));

  CHECK(run({"create", "cluster", "--name", "demo"}) == 1);
  CHECK(err ==
        "ERROR: failed to create cluster: node(s) already exist for a cluster with the name \"demo\"\n");

  CHECK(run({"delete", "cluster", "--name", "demo"}) == 0);
  CHECK(out.empty());
  CHECK(err == "Deleting cluster \"demo\" ...\nDeleted nodes: [\"demo-control-plane\"]\n");
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(KindConsole, "nodes, workers, waiting and another kubeconfig show in kind's words",
                 "[cli][kind]") {
  type("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes:\n- role: control-plane\n- role: worker\n");
  REQUIRE(run({"create", "cluster", "--config", "-", "--wait", "2m", "--kubeconfig", "k"}) == 0);
  const auto wait = std::string("Waiting ≤ 2m0s for control-plane = Ready ⏳");
  CHECK_THAT(err, Contains(progress(kImage, "📦 📦 ", "Joining worker nodes 🚜") + " • " + wait + "  ...\n ✓ " +
                           wait + "\n • Ready after 0s 💚\n"));
  CHECK_THAT(err, Contains("kubectl cluster-info --context kind-kind --kubeconfig k\n"));
  CHECK_FALSE(std::filesystem::exists(home / ".kube/config"));
  REQUIRE(run({"create", "cluster", "--name", "a", "-q"}) == 0);
  CHECK(err.empty());
  CHECK(run({"get", "nodes", "-A"}) == 0);
  CHECK(out == "a-control-plane\nkind-control-plane\nkind-worker\n");
}

TEST_CASE_METHOD(KindConsole, "what is not there is told as kind tells it", "[cli][kind]") {
  const std::string missing =
      "ERROR: could not locate any control plane nodes for cluster named 'ghost'. Use the --name option to "
      "select a "
      "different cluster\n";
  const std::vector<std::tuple<std::vector<std::string>, int, std::string>> lines{
      {{"get", "clusters"}, 0, "No kind clusters found.\n"},
      {{"get", "nodes"}, 0, "No kind nodes found for cluster \"ghost\".\n"},
      {{"get", "nodes", "-A"}, 0, "No kind nodes for any cluster.\n"},
      {{"get", "nodes", "-q"}, 0, ""},
      {{"get", "kubeconfig"}, 1, missing},
      {{"export", "kubeconfig"}, 1, missing},
      {{"delete", "cluster"}, 0, "Deleting cluster \"ghost\" ...\n"},
      {{"delete", "clusters"}, 1, "ERROR: no cluster names provided\n"},
      {{"delete", "clusters", "a", "b"}, 0, "Deleted clusters: [\"a\" \"b\"]\n"},
      {{"delete", "clusters", "-A"}, 0, "Deleted clusters: []\n"},
      {{"delete", "clusters", "-A", "a"}, 0, "Deleted clusters: []\n"},
      {{"get", "nodes", "x"}, 1, "ERROR: unknown command \"x\" for \"kind get nodes\"\n"},
      {{"export", "logs", "a", "b"}, 1, "ERROR: accepts at most 1 arg(s), received 2\n"},
      {{"load", "docker-image"}, 1, "ERROR: a list of image names is required\n"},
      {{"load", "image-archive"}, 1, "ERROR: name of image archive is required\n"},
      {{"load", "image-archive", "none"}, 1, "ERROR: stat none: no such file or directory\n"},
      {{"load", "docker-image", "kindest/node:v1.31.0"}, 1, "ERROR: no nodes found for cluster \"ghost\"\n"},
      {{"foo"}, 1, "ERROR: unknown command \"foo\" for \"kind\"\n"},
      {{"foo", "-q"}, 1, ""}};
  host.environment["KIND_CLUSTER_NAME"] = "ghost";
  for (const auto& [words, code, text] : lines) {
    CAPTURE(words);
    CHECK(run(words) == code);
    CHECK(out.empty());
    CHECK(err == text);
  }
}

TEST_CASE_METHOD(KindConsole, "several clusters are deleted; an empty name does not mean them all",
                 "[cli][kind]") {
  for (const auto* name : {"a", "b", "c"}) {
    REQUIRE(run({"create", "cluster", "--name", name, "-q"}) == 0);
  }
  CHECK(run({"delete", "clusters", ""}) == 0);
  CHECK(run({"delete", "cluster", "--name", ""}) == 0);
  CHECK(engine.containers().size() == 3);
  CHECK(run({"delete", "clusters", "a", "ghost"}) == 0);
  CHECK(err == "Deleted nodes: [\"a-control-plane\"]\nDeleted clusters: [\"a\" \"ghost\"]\n");
  CHECK(run({"delete", "clusters", "--all"}) == 0);
  CHECK_THAT(err, Contains("Deleted clusters: [\"b\" \"c\"]\n"));
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(KindConsole, "a deletion that fails is an error of one, and told of several",
                 "[cli][kind]") {
  REQUIRE(run({"create", "cluster", "--name", "a", "-q"}) == 0);
  engine.faults().fail({.method = "DELETE", .path = "/containers/[^/]+", .nth = 0}, 500, "the disk is gone");
  CHECK(run({"delete", "cluster", "--name", "a"}) == 1);
  CHECK_THAT(err, Contains("ERROR: failed to delete cluster \"a\": ") && Contains("the disk is gone"));
  CHECK(run({"delete", "clusters", "a", "b"}) == 0);
  CHECK_THAT(err, Contains("failed to delete cluster \"a\": ") && Contains("Deleted clusters: [\"b\"]\n"));
}

TEST_CASE_METHOD(KindConsole, "a create that fails shows where, and takes its nodes away unless told not to",
                 "[cli][kind]") {
  // Once the image is known, only nodes are started.
  REQUIRE(run({"create", "cluster", "--name", "demo", "-q"}) == 0);
  REQUIRE(run({"delete", "cluster", "--name", "demo", "-q"}) == 0);
  engine.faults().fail({.method = "POST", .path = "/containers/[^/]+/start", .nth = 0}, 500,
                       "the disk is gone");
  CHECK(run({"create", "cluster", "--name", "demo"}) == 1);
  CHECK_THAT(err, Contains(" ✗ ") && Contains("Deleted nodes: [\"demo-control-plane\"]\n") &&
                      Contains("ERROR: failed to create cluster: ") && Contains("the disk is gone"));
  CHECK(engine.containers().empty());
  CHECK(run({"create", "cluster", "--name", "demo", "--retain"}) == 1);
  CHECK(engine.containers().size() == 1);
}

TEST_CASE_METHOD(KindConsole, "a wish for more words brings no requests, which kind does not make",
                 "[cli][kind]") {
  CHECK(run({"-v", "1", "get", "nodes", "--name", "demo"}) == 0);
  CHECK(err == "No kind nodes found for cluster \"demo\".\n");
}

TEST_CASE_METHOD(KindConsole, "kind's names come from the flag, the variable, the file", "[cli][kind]") {
  std::ofstream(home / "cluster.yaml")
      << "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: from-file\n";
  host.environment["INGOT_CLUSTER"] = "not-kinds";
  const auto created = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"create", "cluster", "--config", "cluster.yaml"});
    REQUIRE(run(words) == 0);
    return err.substr(0, err.find('\n'));
  };
  CHECK(created({}) == "Creating cluster \"from-file\" ...");
  host.environment["KIND_CLUSTER_NAME"] = "from-env";
  CHECK(created({}) == "Creating cluster \"from-env\" ...");
  CHECK(created({"--name", "given"}) == "Creating cluster \"given\" ...");
  CHECK(run({"delete", "cluster"}) == 0);
  CHECK_THAT(err, Contains("Deleting cluster \"from-env\" ..."));
}

TEST_CASE_METHOD(KindConsole, "a node that is never Ready ends the wait, not the create", "[cli][kind]") {
  prepare = [](ingot::testing::FakeKubernetes& api) {
    api.react("Node", [](auto&, const auto&, ingot::testing::Json& node) {
      node["status"]["conditions"][0]["status"] = "False";
    });
  };
  CHECK(run({"create", "cluster", "--name", "demo", "--wait", "10ms"}) == 0);
  CHECK_THAT(err, Contains(" ✗ Waiting ≤ 10ms for control-plane = Ready ⏳\n"
                           " • WARNING: Timed out waiting for Ready ⚠️\n"
                           "Set kubectl context to \"kind-demo\"\n"));
}

TEST_CASE_METHOD(KindConsole, "a cluster file that is wrong tells all its problems", "[cli][kind]") {
  type("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: Bad_Name\nnodes:\n- role: worker\n");
  CHECK(run({"create", "cluster", "--config", "-"}) == 1);
  CHECK_THAT(err, Contains("ERROR: failed to create cluster: ") && Contains("Bad_Name") &&
                      Contains("control-plane"));
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(KindConsole, "providers other than Docker are refused by name", "[cli][kind]") {
  auto& provider = host.environment["KIND_EXPERIMENTAL_PROVIDER"];
  provider = "docker";
  CHECK(run({"get", "clusters"}) == 0);
  CHECK(err == "using docker due to KIND_EXPERIMENTAL_PROVIDER\nNo kind clusters found.\n");
  provider = "foo";
  CHECK(run({"get", "clusters"}) == 0);
  CHECK_THAT(err, Contains("ignoring unknown value \"foo\" for KIND_EXPERIMENTAL_PROVIDER\n"));
  provider = "podman";
  CHECK(run({"get", "clusters"}) == 1);
  CHECK_THAT(err, Contains("ERROR: ingot works with Docker's engine only, not with podman"));
}

TEST_CASE_METHOD(KindConsole, "kind's network and snapshotter reach the nodes", "[cli][kind]") {
  host.environment["KIND_EXPERIMENTAL_DOCKER_NETWORK"] = "other";
  host.environment["KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER"] = "native";
  REQUIRE(run({"create", "cluster"}) == 0);
  CHECK_THAT(err, Contains("WARNING: Overriding docker network due to KIND_EXPERIMENTAL_DOCKER_NETWORK\n"));
  REQUIRE(engine.containers().size() == 1);
  bool created = false;
  for (const auto& request : engine.requests()) {
    if (request.path.find("/containers/create") != std::string::npos && request.method == "POST" &&
        request.body.find("KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=native") != std::string::npos) {
      created = request.body.find("\"other\"") != std::string::npos;
    }
  }
  CHECK(created);
}

TEST_CASE_METHOD(KindConsole, "help and versions are printed, and wrong use prints help as kind's does",
                 "[cli][kind]") {
  CHECK(run({"--version"}) == 0);
  CHECK(out == "kind version 0.33.0\n");
  CHECK(run({"version", "-q"}) == 0);
  CHECK(out == "0.33.0\n");
  CHECK(run({"version"}) == 0);
  CHECK_THAT(out, Catch::Matchers::Matches("kind v0\\.33\\.0 ingot\\S+ linux/\\S+\n"));
  CHECK(run({}) == 0);
  const auto overview = out;
  CHECK_THAT(overview, Contains("Usage:\n  kind [command]\n"));
  CHECK(run({"help"}) == 0);
  CHECK(out == overview);
  CHECK(run({"help", "get", "nodes"}) == 0);
  const auto nodes_help = out;
  CHECK(run({"get", "nodes", "-h"}) == 0);
  CHECK(out == nodes_help);
  CHECK(run({"get", "foo"}) == 1);
  CHECK_THAT(out, Contains("Available Commands:\n  clusters    "));
  CHECK(err == "ERROR: Subcommand is required\n");
  CHECK(run({"help", "foo"}) == 0);
  CHECK_THAT(out, Contains("Unknown help topic [`foo`]\n"));
}

TEST_CASE_METHOD(KindConsole, "words are completed for scripts of kind's and of ours", "[cli][kind]") {
  REQUIRE(run({"create", "cluster", "--name", "demo", "-q"}) == 0);
  CHECK(run({"__completeNoDesc", "get", ""}) == 0);
  CHECK(out == "clusters\nkubeconfig\nnodes\n:4\n");
  CHECK(run({"__complete", "--", "get", "nodes", "--name", ""}) == 0);
  CHECK(out == "demo\n");
  CHECK(run({"__complete", "load", "image-archive", ""}) == 0);
  CHECK(out == ":0\n");
  host.program = "ingot";
  CHECK(run({"__complete", "--", "kind", "delete", ""}) == 0);
  CHECK(out == "cluster\nclusters\n");
}

TEST_CASE_METHOD(KindConsole, "an interrupted create of kind's leaves nothing", "[cli][kind]") {
  const auto hold = engine.faults().hold({.method = "POST", .path = "/containers/[^/]+/start"});
  std::jthread finger([&] {
    hold->wait_until_held();
    press_ctrl_c();
  });
  CHECK(run({"create", "cluster", "--name", "demo"}) == 130);
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(ingot::testing::Console, "ingot kind takes all words after it, before and after a flag",
                 "[cli][kind]") {
  CHECK(run({"kind", "get", "clusters"}) == 0);
  CHECK(err == "No kind clusters found.\n");
  CHECK(run({"-q", "kind", "get", "clusters"}) == 0);
  CHECK(err.empty());
  CHECK(run({"kind", "--bad"}) == 1);
  CHECK(err == "ERROR: unknown flag: --bad\n");
  CHECK(run({"kind", "-h"}) == 0);
  CHECK_THAT(out, Contains("usage: ingot kind"));
}

TEST_CASE_METHOD(KindConsole,
                 "node images are built of releases, and all else is refused before anything runs",
                 "[cli][kind]") {
  struct Case {
    std::vector<std::string> words;
    std::string cause;
  };
  for (const auto& [words, cause] :
       {Case{{}, "ingot builds no source tree; name the version of a release"},
        Case{{"--type", "source", "v1.36.3"}, "not of type \"source\""},
        Case{{"v1.12.0"}, "there are recipes for v1.36.3"},
        Case{{"--arch", "riscv64", "v1.36.3"}, "images are built for no other"}}) {
    std::vector<std::string> line{"build", "node-image"};
    line.insert(line.end(), words.begin(), words.end());
    CHECK(run(line) != 0);
    CHECK(out.empty());
    CHECK_THAT(err, Contains(cause));
  }
  CHECK(engine.requests("POST", ".*").empty());
}
