// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "engine/logs_fixture.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <thread>

using namespace ingot;
using testing::LogsFixture;
using testing::reason_of;

namespace {

constexpr const char* kControlPlane = "one-control-plane";
constexpr const char* kWorker = "one-worker";

std::vector<std::string> kinds_files() {
  std::vector<std::string> files{"docker-info.txt", "kind-version.txt"};
  for (const std::string node : {kControlPlane, kWorker}) {
    for (const char* name :
         {"containerd.log", "containers/a.log", "images.log", "inspect.json", "journal.log", "kubelet.log",
          "kubernetes-version.txt", "pods/a/0.log", "serial.log"}) {
      files.push_back(node + "/" + name);
    }
  }
  return files;
}

}  // namespace

TEST_CASE("for kind's sake exactly kind's files are left", "[logs]") {
  LogsFixture fixture;
  const auto result = fixture.export_logs(true);
  CHECK(fixture.files() == kinds_files());
  CHECK(result.missing.empty());
  CHECK(result.files == kinds_files().size());
  CHECK(fixture.content("kind-version.txt") == "ingot 1.2.3");
  CHECK(fixture.content("one-worker/kubernetes-version.txt") == "v1.31.0\n");
  CHECK(fixture.content("one-worker/journal.log") == "journal of one-worker\n");
  CHECK(fixture.content("one-worker/pods/a/0.log") == "words of a\n");
  CHECK(fixture.content("one-worker/serial.log").find("Welcome to fake Linux!") != std::string::npos);
  const auto inspected = nlohmann::json::parse(fixture.content("one-worker/inspect.json"));
  CHECK(inspected.at(0).at("Name") == "/one-worker");
  CHECK(nlohmann::json::parse(fixture.content("docker-info.txt")).is_object());
}

TEST_CASE("an export has objects and events, and never what Secrets hold", "[logs]") {
  LogsFixture fixture;
  const auto api = fixture.nodes.api(kControlPlane);
  api->create("/api/v1/namespaces/default/secrets",
              {{"apiVersion", "v1"},
               {"kind", "Secret"},
               {"metadata",
                {{"name", "mine"},
                 {"namespace", "default"},
                 {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", "aGlkZGVu"}}}}},
               {"data", {{"password", "aGlkZGVu"}}}});
  api->create("/api/v1/namespaces/default/events",
              {{"apiVersion", "v1"},
               {"kind", "Event"},
               {"metadata", {{"name", "e"}, {"namespace", "default"}}},
               {"type", "Warning"},
               {"reason", "Failed"},
               {"message", "two\nlines"},
               {"lastTimestamp", "2026-01-02T03:04:05Z"},
               {"involvedObject", {{"kind", "Pod"}, {"namespace", "default"}, {"name", "p"}}}});
  const auto result = fixture.export_logs();
  CHECK(result.missing.empty());
  const auto files = fixture.files();
  for (const auto& name : kinds_files()) {
    CHECK(std::ranges::count(files, name) == 1);
  }
  CHECK(fixture.content("ingot-events.jsonl") == "{}\n");
  CHECK(fixture.content("cluster/events.txt") ==
        "2026-01-02T03:04:05Z Warning Failed default/Pod/p: two lines\n");
  for (const char* name :
       {"nodes.json", "pods.json", "events.json", "deployments.apps.json", "version.json"}) {
    INFO(name);
    CHECK(nlohmann::json::accept(fixture.content(std::string("cluster/") + name)));
  }
  CHECK(fixture.content("cluster/readyz.txt") == "ok\n");
  CHECK_FALSE(fixture.has("cluster/bindings.json"));  // cannot be listed
  const auto secrets = fixture.content("cluster/secrets.json");
  CHECK(secrets.find("mine") != std::string::npos);
  CHECK(secrets.find("password") != std::string::npos);
  CHECK(secrets.find("aGlkZGVu") == std::string::npos);
  for (const auto& requested : api->requests()) {
    CHECK(requested.find("/secrets?") == std::string::npos);
  }
}

TEST_CASE("nothing can be run in one node: the rest arrives, its files too", "[logs]") {
  LogsFixture fixture;
  fixture.fake.faults().fail(
      {.method = "POST", .path = "/containers/" + fixture.id_of(kWorker) + "/exec", .nth = 0}, 500,
      "no more processes");
  const auto result = fixture.export_logs();
  CHECK(reason_of(result, "one-worker/journal.log").find("no more processes") != std::string::npos);
  CHECK(reason_of(result, "one-control-plane/journal.log").empty());
  CHECK(fixture.content("one-control-plane/journal.log") == "journal of one-control-plane\n");
  CHECK(fixture.content("one-worker/journal.log").find("no more processes") != std::string::npos);
  CHECK(fixture.has("one-worker/inspect.json"));
  CHECK(fixture.has("cluster/nodes.json"));
  CHECK(fixture.content("missing.txt").find("one-worker/journal.log: ") != std::string::npos);
}

TEST_CASE("of a node that does not run its files arrive, and what is missing is told", "[logs]") {
  LogsFixture fixture;
  docker::Engine engine(fixture.fake.address());
  engine.kill_container(fixture.id_of(kWorker), "KILL", {});
  engine.wait_container(fixture.id_of(kWorker), {});
  const auto result = fixture.export_logs();
  CHECK(reason_of(result, "one-worker/{journal.log,kubelet.log,containerd.log,images.log,containers}") ==
        "the node is not running, its container is exited");
  CHECK(fixture.has("one-worker/serial.log"));
  CHECK(fixture.has("one-worker/journal.log"));  // kind leaves it, too
  CHECK(fixture.content("one-control-plane/kubelet.log") == "journal of one-control-plane\n");
  CHECK(fixture.has("cluster/nodes.json"));
}

TEST_CASE("an API server that does not answer takes only its objects along", "[logs]") {
  LogsFixture fixture;
  fixture.nodes.api(kControlPlane)->die();
  const auto result = fixture.export_logs();
  REQUIRE(result.missing.size() == 1);
  CHECK(result.missing.front().what == "cluster (objects and events)");
  CHECK(fixture.content("one-worker/journal.log") == "journal of one-worker\n");
}

TEST_CASE("a command that fails in a node is told", "[logs]") {
  LogsFixture fixture;
  fixture.fake.add_program({"journalctl"}, testing::scripted({.err = "no journal\n", .exit_code = 1}));
  const auto result = fixture.export_logs();
  CHECK(reason_of(result, "one-worker/kubelet.log") == "journalctl exited with 1");
  CHECK(fixture.content("one-worker/kubelet.log") == "no journal\njournalctl exited with 1\n");
}

TEST_CASE("a hostile node cannot write outside of the folder", "[logs]") {
  LogsFixture fixture;
  *fixture.var_log = tar::pack({{.path = "/../../escaped", .content = "x"},
                                {.path = "/pods", .link_target = "../.."},
                                {.path = "/pods/escaped", .content = "x"},
                                {.path = "/good.log", .content = "x"}});
  const auto result = fixture.export_logs();
  CHECK_FALSE(std::filesystem::exists(fixture.home / "escaped"));
  CHECK_FALSE(std::filesystem::exists(fixture.folder() + "/escaped"));
  CHECK(fixture.has("one-worker/good.log"));
  CHECK(reason_of(result, "one-worker/var/log").find("leads out of the folder") != std::string::npos);
}

TEST_CASE("whichever request the engine refuses or breaks off, the rest is exported and it is told",
          "[logs]") {
  const bool cut = GENERATE(false, true);
  LogsFixture fixture;
  const auto before = fixture.fake.requests().size();
  fixture.export_logs();
  const auto count = fixture.fake.requests().size() - before;
  REQUIRE(count > 20);
  for (std::size_t nth = 2; nth <= count; ++nth) {  // the first lists the nodes
    const auto first = fixture.fake.requests().size();
    if (cut) {
      fixture.fake.faults().cut_after({.nth = static_cast<int>(nth)}, 3);
    } else {
      fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, "no");
    }
    const auto result = fixture.export_logs();
    const auto requests = fixture.fake.requests();
    if (requests.size() - first < nth) {  // waits for the end of a command take a look more or less
      fixture.fake.faults().clear();
      continue;
    }
    const auto& hit = requests[first + nth - 1];
    INFO(nth << ": " << hit.method << " " << hit.path);
    CHECK_FALSE(result.missing.empty());
    CHECK(fixture.has("docker-info.txt"));
    CHECK(fixture.has("one-worker/inspect.json"));
  }
}

TEST_CASE("an interrupted export says where what it got is", "[logs]") {
  LogsFixture fixture;
  const auto hold = fixture.fake.faults().hold({.method = "POST", .path = "/exec/[^/]+/start"});
  std::stop_source stop;
  std::jthread user([&] {
    hold->wait_until_held();
    stop.request_stop();
  });
  try {
    fixture.export_logs(false, {.stop = stop.get_token(), .abandon = {}});
    FAIL("it was not interrupted");
  } catch (const base::Cancelled& cancelled) {
    CHECK(cancelled.left_behind() == "what was collected is in " + fixture.folder());
  }
  hold->release();
}

TEST_CASE("there are no logs of a cluster that is not there", "[logs]") {
  LogsFixture fixture;
  plan::Interrupts interrupts;
  CHECK_THROWS_AS(
      fixture.session.export_logs("two", {.folder = fixture.folder()}, interrupts, fixture.events),
      base::Error);
  CHECK_FALSE(std::filesystem::exists(fixture.folder()));
}
