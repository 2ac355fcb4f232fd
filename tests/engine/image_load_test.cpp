// SPDX-License-Identifier: Apache-2.0
// Images into the nodes of a fake cluster: what is sent, what is not, and what is told when it goes wrong.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "image/digest.hpp"
#include "support/compressed.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <mutex>

using namespace ingot;

namespace {

const std::string kLayer(700'000, 'l');
const std::string kConfig = R"({"architecture":"amd64"})";
const std::string kDigest = image::digest_of("manifest");

std::string blob_path(const std::string& content) {
  return "blobs/sha256/" + image::digest_of(content).substr(7);
}

std::string archive() {
  return tar::pack(
      {{.path = "/" + blob_path(kLayer), .content = kLayer},
       {.path = "/" + blob_path(kConfig), .content = kConfig},
       {.path = "/manifest.json",
        .content = fmt::format(R"([{{"Config":"{}","RepoTags":["app:1"]}}])", blob_path(kConfig))}});
}

// What a fake node's containerd has and got.
struct Containerd {
  std::string rows;
  std::string blobs;
  std::vector<std::string> imported;  // archives
  std::vector<std::string> tagged;
  int exit_code = 0;
};

// Shared with the programs that run in the nodes: they end with the engine, after the test.
struct Nodes {
  std::mutex mutex;
  std::map<std::string, Containerd> by_name;
};

class ImageFixture : public testing::ClusterFixture {
 public:
  ImageFixture() {
    fake.add_image({.reference = "app:1", .entrypoint = {"/app"}, .archive = archive()});
    fake.add_program(
        [](const testing::ProcessInfo& info) {
          return !info.is_main && info.argv.size() == 3 &&
                 info.argv[2].find("-- images") != std::string::npos;
        },
        [nodes_ = nodes_](testing::Process& process) {
          const std::scoped_lock lock(nodes_->mutex);
          const auto& node = nodes_->by_name[process.info().container_name];
          process.err("level=warning msg=\"Ignoring unknown key\"\n");
          process.out("-- images\nREF TYPE\n" + node.rows +
                      "-- snapshotter\noverlayfs\n-- snapshots\n-- blobs\n" + node.blobs + "-- end\n");
          return 0;
        });
    fake.add_program(
        [](const testing::ProcessInfo& info) { return info.argv.size() == 5 && info.argv[3] == "import"; },
        [nodes_ = nodes_](testing::Process& process) {
          std::string bytes;
          for (std::string piece = process.input(); !piece.empty(); piece = process.input()) {
            bytes += piece;
          }
          const std::scoped_lock lock(nodes_->mutex);
          auto& node = nodes_->by_name[process.info().container_name];
          node.imported.push_back(bytes);
          process.err(node.exit_code == 0 ? "" : "ctr: no space left on device\n");
          return node.exit_code;
        });
    fake.add_program(
        [](const testing::ProcessInfo& info) { return info.argv.size() == 6 && info.argv[3] == "name"; },
        [nodes_ = nodes_](testing::Process& process) {
          const std::scoped_lock lock(nodes_->mutex);
          nodes_->by_name[process.info().container_name].tagged.push_back(process.info().argv.back());
          return 0;
        });
    fake.add_program({"ctr", "-n", "k8s.io", "images", "tag"}, [nodes_ = nodes_](testing::Process& process) {
      const std::scoped_lock lock(nodes_->mutex);
      nodes_->by_name[process.info().container_name].tagged.push_back(process.info().argv.back());
      return 0;
    });
    create(spec("demo", 1), options());
  }

  [[nodiscard]] std::string id(const std::string& reference = "app:1") {
    const auto request = image::LoadRequest{.cluster = "demo", .references = {reference}};
    return session.plan_load_images(request, {}).images.front().id;
  }

  image::LoadResult load(const std::vector<std::string>& references = {"app:1"}) {
    return session.load_images({.cluster = "demo", .references = references}, {}, events);
  }

  base::Failure failure_of(const image::LoadRequest& request) {
    try {
      session.load_images(request, {}, events);
    } catch (const base::Error& error) {
      return error.failure();
    }
    FAIL("it did not fail");
    return {};
  }

 private:
  std::shared_ptr<Nodes> nodes_ = std::make_shared<Nodes>();

 public:
  std::mutex& mutex = nodes_->mutex;  // for tests of loads that end before what they started
  std::map<std::string, Containerd>& nodes_by_name = nodes_->by_name;
};

std::vector<image::Action> actions_of(const image::LoadResult& result) {
  std::vector<image::Action> actions;
  for (const auto& node : result.images.at(0).nodes) {
    actions.push_back(node.action);
  }
  return actions;
}

std::string row(const std::string& name) {
  return fmt::format("{} application/vnd.oci.image.manifest.v1+json {} 1 MiB linux/amd64 -\n", name, kDigest);
}

}  // namespace

using image::Action;

TEST_CASE_METHOD(ImageFixture, "an image is exported once and goes to all nodes", "[engine]") {
  const auto result = load();
  CHECK(result.way == image::Way::stream);  // the fake does not say where its layers are
  CHECK(result.images.at(0).name == "docker.io/library/app:1");
  CHECK(actions_of(result) == std::vector{Action::loaded, Action::loaded});
  CHECK(fake.requests("GET", "/images/get").size() == 1);
  for (const std::string node : {"demo-control-plane", "demo-worker"}) {
    REQUIRE(nodes_by_name[node].imported.size() == 1);
    CHECK(tar::unpack(nodes_by_name[node].imported[0]).at(blob_path(kLayer)) == kLayer);
  }
}

TEST_CASE_METHOD(ImageFixture, "a blob that a node has is not sent to it", "[engine]") {
  nodes_by_name["demo-worker"].blobs = image::digest_of(kLayer) + "\n";
  load();
  CHECK(nodes_by_name["demo-control-plane"].imported.at(0).size() > kLayer.size());
  CHECK(nodes_by_name["demo-worker"].imported.at(0).size() < 10'000);
}

TEST_CASE_METHOD(ImageFixture, "an image that is there costs a question, another name of it a tag",
                 "[engine]") {
  const auto known = id();
  nodes_by_name["demo-control-plane"].rows = row(known) + row("docker.io/library/app:1");
  nodes_by_name["demo-worker"].rows = row(known) + row("docker.io/library/other:1");
  const auto result = load();
  CHECK(actions_of(result) == std::vector{Action::present, Action::tagged});
  CHECK(nodes_by_name["demo-worker"].tagged == std::vector<std::string>{"docker.io/library/app:1"});
  CHECK(nodes_by_name["demo-control-plane"].tagged.empty());
  CHECK(fake.requests("GET", "/images/get").empty());
}

TEST_CASE_METHOD(ImageFixture, "an image asked for by its digest gets that name, which no export has",
                 "[engine]") {
  fake.add_image({.reference = "app@" + kDigest, .entrypoint = {"/app"}, .archive = archive()});
  nodes_by_name["demo-control-plane"].rows =
      row("docker.io/library/app@" + kDigest) + row(id("app@" + kDigest));
  const auto result = load({"app@" + kDigest});
  CHECK(actions_of(result) == std::vector{Action::present, Action::loaded});
  CHECK(nodes_by_name["demo-worker"].tagged == std::vector{"docker.io/library/app@" + kDigest});
  CHECK(nodes_by_name["demo-control-plane"].tagged.empty());
}

TEST_CASE_METHOD(ImageFixture, "all that is missing is told at once, and nothing is done", "[engine]") {
  const auto before = fake.requests("POST", "/containers/.*/exec").size();
  const auto failure =
      failure_of({.cluster = "demo", .references = {"a", "app:1", "b:2"}, .nodes = {"demo-none"}});
  CHECK(failure.code == base::ErrorCode::not_found);
  CHECK(failure.problems == std::vector<std::string>{"image: \"a\" not present locally",
                                                     "image: \"b:2\" not present locally",
                                                     "cluster 'demo' has no node 'demo-none'"});
  CHECK(failure_of({.cluster = "demo", .references = {"a"}}).message == "image: \"a\" not present locally");
  CHECK(failure_of({.cluster = "none", .references = {"app:1"}}).message ==
        "there is no cluster named 'none'");
  CHECK(fake.requests("POST", "/containers/.*/exec").size() == before);
}

TEST_CASE_METHOD(ImageFixture, "an export that breaks off is told, and no node takes it for whole",
                 "[engine]") {
  fake.faults().cut_after({.method = "GET", .path = "/images/get"}, 300'000);
  const auto failure = failure_of({.cluster = "demo", .references = {"app:1"}});
  CHECK(failure.code == base::ErrorCode::engine_unreachable);
  const std::scoped_lock lock(mutex);
  for (const auto& [name, node] : nodes_by_name) {
    for (const auto& got : node.imported) {
      CHECK_THROWS_AS(tar::unpack(got).at("manifest.json"), std::exception);
    }
  }
}

TEST_CASE_METHOD(ImageFixture, "a node whose import fails is told; the other has the image", "[engine]") {
  nodes_by_name["demo-worker"].exit_code = 1;
  const auto failure = failure_of({.cluster = "demo", .references = {"app:1"}});
  CHECK(failure.code == base::ErrorCode::command_failed);
  CHECK(failure.message == "node 'demo-worker' could not import the images");
  CHECK(failure.detail == "ctr: no space left on device\n");
  CHECK(nodes_by_name["demo-control-plane"].imported.at(0).size() > kLayer.size());
}

TEST_CASE_METHOD(ImageFixture, "an archive is read once for all nodes", "[engine]") {
  std::string rest = archive();
  const auto read = [&](const std::stop_token&) {
    std::string piece = rest.substr(0, 1000);
    rest.erase(0, piece.size());
    return piece;
  };
  const auto result =
      session.load_images({.cluster = "demo", .archives = {{.name = "app.tar", .read = read}}}, {}, events);
  CHECK(result.images.at(0).name == "docker.io/library/app:1");
  CHECK(result.images.at(0).archive == "app.tar");
  for (const std::string node : {"demo-control-plane", "demo-worker"}) {
    CHECK(tar::unpack(nodes_by_name[node].imported.at(0)).at(blob_path(kLayer)) == kLayer);
  }
  rest = "this is no archive" + std::string(1000, '.');
  CHECK(failure_of({.cluster = "demo", .archives = {{.name = "bad.tar", .read = read}}}).code ==
        base::ErrorCode::untrusted);
}

TEST_CASE_METHOD(ImageFixture, "a compressed archive goes to the nodes as it was before", "[engine]") {
  const std::string whole = testing::gzip(archive());
  std::string rest = whole;
  const auto read = [&](const std::stop_token&) {
    std::string piece = rest.substr(0, 100);
    rest.erase(0, piece.size());
    return piece;
  };
  const image::LoadRequest request{.cluster = "demo", .archives = {{.name = "app.tar.gz", .read = read}}};
  CHECK(session.load_images(request, {}, events).images.at(0).name == "docker.io/library/app:1");
  for (const std::string node : {"demo-control-plane", "demo-worker"}) {
    CHECK(tar::unpack(nodes_by_name[node].imported.at(0)).at(blob_path(kLayer)) == kLayer);
  }
  rest = whole.substr(0, whole.size() / 2);
  const auto failure = failure_of(request);
  CHECK(failure.code == base::ErrorCode::untrusted);
  CHECK(failure.context == std::vector<std::string>{"reading app.tar.gz"});
}

TEST_CASE_METHOD(ImageFixture, "what a killed load left goes with its cluster, before the nodes",
                 "[engine]") {
  docker::Engine engine(fake.address());
  const auto helper =
      engine.create_container("", {.image = "app:1", .labels = {{"dev.ingot.helper", "demo"}}}, {});
  engine.create_container("", {.image = "app:1", .labels = {{"dev.ingot.helper", "other"}}}, {});
  const auto before = fake.requests("DELETE", "/containers/.*").size();
  remove("demo");
  REQUIRE(fake.containers().size() == 1);
  CHECK(fake.containers()[0].labels.at("dev.ingot.helper") == "other");
  const auto removals = fake.requests("DELETE", "/containers/.*");
  CHECK(removals.at(before).path == "/containers/" + helper);
}
