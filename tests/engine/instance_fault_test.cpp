// SPDX-License-Identifier: Apache-2.0
// A run of an instance in which one of the engine's answers is a refusal, or never comes, for each in turn:
// it is told, and nothing is left.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "support/fake_instances/fake_instances.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <stop_token>
#include <thread>

using namespace ingot;

namespace {

constexpr const char* kCause = "no space left on device";

class Instances : public testing::ClusterFixture {
 public:
  testing::FakeInstances machines{fake};

  [[nodiscard]] instance::RunOptions options() const {
    return {
        .timeout = std::chrono::seconds(120), .access_folder = home / "instances", .tool_version = "test"};
  }
  instance::RunResult run() {
    instance::Spec spec{.name = "dev"};
    spec.user_data = "#!/bin/sh\ntrue\n";
    spec.env = {"A=1"};
    return session.run_instance(spec, options(), {}, events);
  }
  [[nodiscard]] bool has_keys() const { return std::filesystem::exists(home / "instances/dev"); }
  [[nodiscard]] bool has_disk() const {
    docker::Engine engine(fake.address());
    return !engine.list_volumes({}, {}).empty();
  }
};

std::size_t requests_of_a_run() {
  Instances whole;
  whole.run();
  return whole.fake.requests().size();
}

}  // namespace

TEST_CASE("whichever request of a run the engine refuses, it is told and nothing is left", "[engine]") {
  const auto count = requests_of_a_run();
  REQUIRE(count > 10);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    Instances fixture;
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    std::string told;
    try {
      fixture.run();
    } catch (const base::Error& error) {
      told = error.failure().message;
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
    }
    const auto requests = fixture.fake.requests();
    INFO("request " << nth << ": " << requests.at(nth - 1).method << " " << requests.at(nth - 1).path);
    INFO("told: " << told);
    CHECK_FALSE(told.empty());
    CHECK(fixture.fake.containers_with_label("dev.ingot.instance").empty());
    CHECK_FALSE(fixture.has_keys());
    CHECK_FALSE(fixture.has_disk());
  }
}

TEST_CASE_METHOD(Instances, "a container whose making was never answered is taken back", "[engine]") {
  fake.faults().cut_after({.method = "POST", .path = "/containers/create"}, 0);
  CHECK_THROWS_AS(run(), base::Error);
  CHECK(fake.containers_with_label("dev.ingot.instance").empty());
  CHECK_FALSE(has_disk());
}

TEST_CASE_METHOD(Instances, "an interrupted run is taken back", "[engine]") {
  const auto hold = fake.faults().hold({.method = "POST", .path = "/containers/[^/]+/start"});
  std::stop_source stop;
  std::jthread interrupting([&] {
    hold->wait_until_held();
    stop.request_stop();
  });
  instance::Spec spec{.name = "dev"};
  CHECK_THROWS_AS(session.run_instance(spec, options(), {.stop = stop.get_token(), .abandon = {}}, events),
                  base::Cancelled);
  CHECK(fake.containers_with_label("dev.ingot.instance").empty());
  CHECK_FALSE(has_keys());
  CHECK_FALSE(has_disk());
}

TEST_CASE_METHOD(Instances, "a run that was told to keep what it made names it", "[engine]") {
  fake.faults().fail({.method = "POST", .path = "/containers/[^/]+/start"}, 500, kCause);
  auto how = options();
  how.keep_on_failure = true;
  try {
    session.run_instance({.name = "dev"}, how, {}, events);
    FAIL("it runs");
  } catch (const base::Error& error) {
    CHECK(error.failure().remedy == "ingot instance delete dev");
  }
  CHECK(fake.containers_with_label("dev.ingot.instance").size() == 1);
}

TEST_CASE_METHOD(Instances, "an interrupted stop lets the instance run again", "[engine]") {
  run();
  const auto hold = fake.faults().hold({.method = "POST", .path = "/containers/[^/]+/stop"});
  std::stop_source stop;
  std::jthread interrupting([&] {
    hold->wait_until_held();
    stop.request_stop();
    hold->release();
  });
  CHECK_THROWS_AS(session.change_instance(instance::Verb::stop, "dev", {},
                                          {.stop = stop.get_token(), .abandon = {}}, events),
                  base::Cancelled);
  CHECK(session.list_instances({}).front().state == "Running");
}

TEST_CASE_METHOD(Instances, "a delete that failed half-way is finished by the next one", "[engine]") {
  run();
  const instance::DeleteOptions how{.access_folder = home / "instances"};
  fake.faults().fail({.method = "DELETE", .path = "/volumes/[^/]+"}, 500, kCause);
  CHECK_THROWS_AS(session.delete_instance("dev", how, {}, events), base::Error);
  CHECK(has_disk());
  const auto rest = session.delete_instance("dev", how, {}, events);
  CHECK(rest.containers.empty());
  CHECK(rest.volumes == std::vector<std::string>{"ingot-instance-dev"});
  CHECK_FALSE(has_disk());
  CHECK_FALSE(has_keys());
}

TEST_CASE_METHOD(Instances, "a disk that was there before a failed run is there after it", "[engine]") {
  run();
  session.delete_instance("dev", {.keep_disk = true, .access_folder = home / "instances"}, {}, events);
  REQUIRE(has_disk());
  fake.faults().fail({.method = "POST", .path = "/containers/[^/]+/start"}, 500, kCause);
  CHECK_THROWS_AS(run(), base::Error);
  CHECK(fake.containers_with_label("dev.ingot.instance").empty());
  CHECK(has_disk());
}
