// SPDX-License-Identifier: Apache-2.0
// A node image built in a container of a fake engine: what goes in, what comes out, and what is left when it
// fails.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <stop_token>

using namespace ingot;

namespace {

const std::string kBase = "docker.io/library/debian:bookworm";
const std::string kRoot = tar::pack({{.path = "/kind/version", .content = "v1.36.3"}});

// The recipe's script, as far as who runs it sees.
int recipe(testing::Process& process) {
  if (!process.read_file("/tools/node-image") || !process.read_file("/manifests/node-image/versions.sh")) {
    process.err("the recipe is not there\n");
    return 1;
  }
  process.err("  > kubernetes: up to 5 min\n    kubernetes: 30 s of about 290 s\n");
  process.write_file("/out/changes", "ENTRYPOINT [\"/sbin/init\"]\nSTOPSIGNAL SIGRTMIN+3\n");
  process.write_file("/out/root.tar", kRoot);
  return 0;
}

class BuildFixture : public testing::ClusterFixture {
 public:
  BuildFixture() {
    fake.add_program(
        [](const testing::ProcessInfo& info) { return info.is_main && info.argv.front() == "/bin/bash"; },
        [this_program = program](testing::Process& process) { return (*this_program)(process); });
  }

  void add_base() { fake.add_image({.reference = kBase, .command = {"bash"}}); }

  static image::BuildRequest request() {
    return {.kubernetes = "v1.36.3",
            .name = "ingot/node:v1.36.3",
            .certificates = "pem",
            .env = {"HTTP_PROXY=p:1"}};
  }

  image::BuildResult build(const plan::Interrupts& interrupts = {}) {
    return session.build_image(request(), interrupts, events);
  }

  // Shared with what runs in the containers: they end with the engine, after the test.
  std::shared_ptr<testing::Program> program = std::make_shared<testing::Program>(recipe);
};

std::string marks(const testing::KeptEvents& events) {
  std::string text;
  for (const auto& event : events.events()) {
    if (const auto* mark = std::get_if<plan::StepMark>(&event.body)) {
      text += mark->text + "\n";
    }
    if (const auto* progress = std::get_if<plan::StepProgress>(&event.body)) {
      text += fmt::format("{} {}/{}\n", progress->text, progress->current, progress->total);
    }
  }
  return text;
}

}  // namespace

TEST_CASE_METHOD(BuildFixture, "A build runs the recipe in a container and imports what it makes",
                 "[image]") {
  add_base();
  const auto result = build();
  CHECK(result.name == "ingot/node:v1.36.3");
  CHECK(result.base == kBase);
  CHECK(result.id.starts_with("sha256:"));
  CHECK(marks(events) == "kubernetes: up to 5 min\nkubernetes, seconds 30/290\n");
  const auto imports = fake.requests("POST", "/images/create");
  REQUIRE(imports.size() == 1);
  CHECK(imports.front().body == kRoot);
  CHECK(imports.front().query.at("changes") == "STOPSIGNAL SIGRTMIN+3");
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(BuildFixture,
                 "A build has the machine's proxies and certificates, and a volume for later ones",
                 "[image]") {
  add_base();
  std::vector<std::string> env;
  std::string certificates;
  *program = [&](testing::Process& process) {
    env = process.info().env;
    certificates = process.read_file("/etc/ingot-certificates.pem").value_or("none");
    return recipe(process);
  };
  build();
  CHECK(certificates == "pem");
  for (const std::string variable :
       {"HTTP_PROXY=p:1", "INGOT_KUBERNETES=1.36", "SSL_CERT_FILE=/etc/ingot-certificates.pem"}) {
    CHECK(std::ranges::count(env, variable) == 1);
  }
  const auto creates = fake.requests("POST", "/containers/create");
  REQUIRE(creates.size() == 1);
  CHECK(creates.front().body.find("ingot-node-image-build") != std::string::npos);
}

TEST_CASE_METHOD(BuildFixture, "The image of instances has a recipe of its own, beside the nodes'",
                 "[image]") {
  add_base();
  bool is_there = false;
  *program = [&](testing::Process& process) {
    is_there = process.info().argv.at(1) == "/tools/instance-image" &&
               process.read_file("/tools/instance-image") &&
               process.read_file("/manifests/instance-image/versions.sh");
    return recipe(process);
  };
  auto wanted = request();
  wanted.kubernetes.clear();
  wanted.name = image::kInstanceImage;
  CHECK(session.build_image(wanted, {}, events).name == "ingot/instance:bookworm");
  CHECK(is_there);
}

TEST_CASE_METHOD(BuildFixture, "Without Debian's image a node image of the engine is the base", "[image]") {
  CHECK(build().base == "kindest/node:v1.31.0");
}

TEST_CASE_METHOD(BuildFixture, "A base that is not there is pulled", "[image]") {
  fake.add_to_registry({.reference = kBase, .command = {"bash"}});
  auto wanted = request();
  wanted.base = kBase;
  CHECK(session.plan_build_image(wanted, {}).starts_with("#1 base: "));
  CHECK(fake.containers().empty());
  CHECK(session.build_image(wanted, {}, events).base == kBase);
}

TEST_CASE_METHOD(BuildFixture, "A base that cannot be had is told with what else there is to do", "[image]") {
  auto wanted = request();
  wanted.base = kBase;
  try {
    session.build_image(wanted, {}, events);
    FAIL("it was built of nothing");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::image_missing);
    CHECK(error.failure().remedy.find("--base-image") != std::string::npos);
  }
}

TEST_CASE_METHOD(BuildFixture, "A recipe that fails is told with the end of its log, and leaves nothing",
                 "[image]") {
  add_base();
  *program = testing::scripted({.err = "  > etcd: up to 25 s\nno route to host\n", .exit_code = 3});
  try {
    build();
    FAIL("a failed recipe made an image");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::command_failed);
    CHECK(error.failure().detail.find("no route to host") != std::string::npos);
  }
  CHECK(fake.requests("POST", "/images/create").empty());
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(BuildFixture, "A root file system that is cut off makes no image", "[image]") {
  add_base();
  constexpr std::size_t kHeadAndSome = 700;
  fake.faults().cut_after({.method = "GET", .path = "/containers/.*/archive", .nth = 2}, kHeadAndSome);
  CHECK_THROWS_AS(build(), base::Error);
  for (const auto& import : fake.requests("POST", "/images/create")) {
    CHECK(import.status != 200);
  }
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(BuildFixture, "An interrupted build takes its container away", "[image]") {
  add_base();
  std::stop_source stop;
  *program = [&](testing::Process& process) {
    stop.request_stop();
    process.wait_for_signal();
    return 0;
  };
  CHECK_THROWS_AS(build({.stop = stop.get_token()}), base::Cancelled);
  CHECK(fake.containers().empty());
}
