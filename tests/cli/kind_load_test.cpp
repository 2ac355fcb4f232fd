// SPDX-License-Identifier: Apache-2.0
// What `kind load docker-image` says, over the fake engine. What is expected was read off kind 0.33.
#include "cli/console.hpp"
#include "docker/engine.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <memory>
#include <mutex>

namespace {

const std::string kDigest = "sha256:" + std::string(64, 'd');

std::string row(const std::string& name) {
  return fmt::format("{} application/vnd.oci.image.manifest.v1+json {} 1 MiB linux/amd64 -\n", name, kDigest);
}

// A cluster of two nodes, whose containerd has what `rows` says.
struct LoadConsole : ingot::testing::Console {
  LoadConsole() {
    host.program = "kind";
    for (const auto* name : {"app:1", "db:1"}) {
      engine.add_image({.reference = name,
                        .entrypoint = {"/app"},
                        .archive = ingot::tar::pack({{.path = "/manifest.json", .content = "[]"}})});
    }
    engine.add_program(
        [](const ingot::testing::ProcessInfo& info) {
          return info.argv.size() == 3 && info.argv[2].find("-- images") != std::string::npos;
        },
        [rows_ = rows](ingot::testing::Process& process) {
          process.out("-- images\n" + (*rows_)[process.info().container_name] +
                      "-- snapshotter\noverlayfs\n-- snapshots\n-- blobs\n-- end\n");
          return 0;
        });
    engine.add_program(
        [](const ingot::testing::ProcessInfo& info) {
          return info.argv.size() == 5 && info.argv[3] == "import";
        },
        [](ingot::testing::Process& process) {
          while (!process.input().empty()) {
          }
          return 0;
        });
    engine.add_program({"ctr", "-n", "k8s.io", "images", "tag"}, [](ingot::testing::Process&) { return 0; });
    std::ofstream(home / "two.yaml") << "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
                                        "nodes: [{role: control-plane}, {role: worker}]\n";
    REQUIRE(run({"create", "cluster", "--config", "two.yaml"}) == 0);
  }

  // What is said of a load of these images.
  std::string told(std::vector<std::string> images) {
    images.insert(images.begin(), {"load", "docker-image"});
    REQUIRE(run(images) == 0);
    CHECK(out.empty());
    return err;
  }
  [[nodiscard]] std::string id(const std::string& name) {
    return ingot::docker::Engine(engine.address()).inspect_image(name, {}).value().id;
  }
  [[nodiscard]] std::string loading(const std::string& name, const std::string& node) {
    return fmt::format("Image: \"{}\" with ID \"{}\" not yet present on node \"{}\", loading...\n", name,
                       id(name), node);
  }
  [[nodiscard]] std::string present(const std::string& name) {
    return fmt::format("Image: \"{}\" with ID \"{}\" found to be already present on all nodes.\n", name,
                       id(name));
  }

  std::shared_ptr<std::map<std::string, std::string>> rows =
      std::make_shared<std::map<std::string, std::string>>();
};

}  // namespace

TEST_CASE_METHOD(LoadConsole, "each node that lacks an image is told", "[cli][kind]") {
  CHECK(told({"app:1"}) == loading("app:1", "kind-control-plane") + loading("app:1", "kind-worker"));
  (*rows)["kind-worker"] = row(id("app:1")) + row("docker.io/library/app:1");
  CHECK(told({"app:1"}) == loading("app:1", "kind-control-plane"));
}

TEST_CASE_METHOD(LoadConsole, "an image that all nodes have is told so, unless another one is to be loaded",
                 "[cli][kind]") {
  for (const auto* node : {"kind-control-plane", "kind-worker"}) {
    (*rows)[node] = row(id("app:1")) + row("docker.io/library/app:1");
  }
  CHECK(told({"app:1"}) == present("app:1"));
  CHECK(told({"app:1", "app:1"}) == present("app:1"));
  CHECK(told({"app:1", "db:1"}) ==
        present("app:1") + loading("db:1", "kind-control-plane") + loading("db:1", "kind-worker"));
  CHECK(told({"db:1", "app:1"}) == loading("db:1", "kind-control-plane") + loading("db:1", "kind-worker"));
}

TEST_CASE_METHOD(LoadConsole, "an image that has another name in a node gets this one", "[cli][kind]") {
  (*rows)["kind-control-plane"] = row(id("app:1")) + row("docker.io/library/app:1");
  (*rows)["kind-worker"] = row(id("app:1")) + row("docker.io/library/other:1");
  CHECK(told({"app:1"}) ==
        fmt::format("Image with ID: {} already present on the node kind-worker but is missing the tag "
                    "docker.io/library/app:1. re-tagging...\n",
                    id("app:1")));
}
