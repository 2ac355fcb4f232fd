// SPDX-License-Identifier: Apache-2.0
// Devices of instances, from the run on, over the fake engine.
#include "base/error.hpp"
#include "device/agent.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/gpus_fixture.hpp"
#include "support/fake_instances/fake_instances.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <set>

using namespace ingot;
using attach::Verb;
using Catch::Matchers::Contains;
using nlohmann::json;
using testing::failure_of;
using Names = std::vector<std::string>;

namespace {

class InstanceGpus : public testing::GpusFixture {
 public:
  testing::FakeInstances machines{fake};

  [[nodiscard]] instance::RunOptions run_options() const {
    return {.timeout = std::chrono::seconds(120),
            .access_folder = home / "instances",
            .gpu_roots = roots,
            .tool_version = "test"};
  }
  instance::RunResult run(const std::string& name, const attach::Wish& gpus) {
    return session.run_instance({.name = name, .gpus = gpus}, run_options(), {}, events);
  }
  // By a program of its own. Why it failed; with no message: it did not.
  base::Failure attach_alone(const std::string& name, attach::Request request) {
    session::Session own(fake.address());
    testing::KeptEvents ignored;
    request.node = name;
    if (request.devices.empty()) {
      request.devices = {"0"};
    }
    try {
      own.change_devices(roots, request, {}, {}, ignored);
      return {};
    } catch (const base::Error& error) {
      return error.failure();
    }
  }
  void change_state(instance::Verb verb, const std::string& name) {
    session.change_instance(verb, name, {}, {}, events);
  }
};

}  // namespace

TEST_CASE_METHOD(InstanceGpus, "an instance that is run with a device has it, and no other", "[engine]") {
  const auto made = run("dev", {.names = {"1"}});
  CHECK(made.devices == Names{"v.com/gpu=1"});
  CHECK(given("dev") == made.devices);
  CHECK(last_request.at("hidden") == json{"/dev/fake0", "/dev/fake2"});
  CHECK(last_request.at("awaitMs") == 0);
  CHECK(fake.file("dev", kAgent) == device::agent_program());
  CHECK(session.list_instances({}).front().devices == made.devices);
  CHECK(session.list_devices(roots, {}).devices.at(1).nodes == Names{"dev"});
  session.delete_instance("dev", {.access_folder = home / "instances"}, {}, events);
  CHECK(session.list_devices(roots, {}).devices.at(1).nodes.empty());
}

TEST_CASE_METHOD(InstanceGpus, "what an instance cannot have is refused at once, and nothing is made",
                 "[engine]") {
  run("first", {.count = 2});
  const auto failure = failure_of([&] { run("dev", {.names = {"0", "9", "2", "2"}}); });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems == Names{"dev: '9': there is no such device", "dev: '2': v.com/gpu=2 is named twice",
                                  "dev: v.com/gpu=0 is given to first"});
  CHECK(failure_of([&] { run("dev", {.names = {"all"}}); }).problems ==
        Names{"dev: v.com/gpu=0 is given to first", "dev: v.com/gpu=1 is given to first"});
  CHECK(failure_of([&] { run("dev", {.count = 2}); }).problems == Names{"dev: 2 wanted, 1 free"});
  CHECK(fake.containers_with_label("dev.ingot.instance").size() == 1);
}

TEST_CASE_METHOD(InstanceGpus, "a dry run tells which device it would be", "[engine]") {
  const auto plan = session.plan_run_instance({.name = "dev", .gpus = {.count = 1}}, run_options(), {});
  CHECK_THAT(plan, Contains("it shall have v.com/gpu=0"));
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(InstanceGpus, "a device that cannot be given takes the run back", "[engine]") {
  failures = 1;
  const auto failure = failure_of([&] { run("dev", {.count = 1}); });
  CHECK_THAT(failure.cause, Contains("the machine has no device /dev/null"));
  CHECK(fake.containers().empty());
  CHECK(fake.volumes().empty());
}

TEST_CASE_METHOD(InstanceGpus, "instances that are made at once get different devices", "[engine]") {
  std::vector<std::future<instance::RunResult>> runs;
  for (const char* name : {"dev1", "dev2", "dev3"}) {
    runs.push_back(std::async(std::launch::async, [this, name] {
      session::Session own(fake.address());
      testing::KeptEvents ignored;
      return own.run_instance({.name = name, .gpus = {.count = 1}}, run_options(), {}, ignored);
    }));
  }
  std::set<std::string> devices;
  for (auto& run : runs) {
    const auto one = run.get();
    REQUIRE(one.devices.size() == 1);
    CHECK(given(one.name) == one.devices);
    devices.insert(one.devices.front());
  }
  CHECK(devices.size() == 3);
}

TEST_CASE_METHOD(InstanceGpus, "of two that are given one device at once, one gets it and the other is told",
                 "[engine]") {
  const Names names = {"dev1", "dev2"};
  for (const auto& name : names) {
    run(name, {});
  }
  for (int round = 0; round < 5; ++round) {
    std::vector<std::future<base::Failure>> attaches;
    for (const auto& name : names) {
      attaches.push_back(std::async(std::launch::async, [this, name] { return attach_alone(name, {}); }));
    }
    Names refusals;
    for (auto& one : attaches) {
      for (const auto& problem : one.get().problems) {
        refusals.push_back(problem);
      }
    }
    const auto has = session.list_devices(roots, {}).devices.at(0).nodes;
    REQUIRE(has.size() == 1);
    CHECK(refusals == Names{"v.com/gpu=0 is given to " + has.front()});
    CHECK(given(has.front()) == Names{"v.com/gpu=0"});
    change(Verb::detach, has.front(), {"0"});
  }
}

TEST_CASE_METHOD(InstanceGpus, "of two that want any device at once, each gets one", "[engine]") {
  const Names names = {"dev1", "dev2"};
  std::vector<attach::Request> requests;
  for (const auto& name : names) {
    run(name, {});
    requests.push_back(session.distribute_devices(roots, {{.node = name, .count = 1}}, {}).front());
  }
  CHECK(requests[0].devices == requests[1].devices);
  std::vector<std::future<base::Failure>> attaches;
  for (const auto& request : requests) {
    attaches.push_back(
        std::async(std::launch::async, [this, request] { return attach_alone(request.node, request); }));
  }
  for (auto& one : attaches) {
    CHECK(one.get().message.empty());
  }
  CHECK(given("dev1").size() == 1);
  CHECK(given("dev2").size() == 1);
  CHECK(given("dev1") != given("dev2"));
}

TEST_CASE_METHOD(InstanceGpus, "an attach that fails gives up what it took", "[engine]") {
  run("dev", {});
  failures = 1;
  refusal(Verb::attach, "dev", {"0"});
  CHECK(given("dev").empty());
  CHECK(session.list_devices(roots, {}).devices.at(0).nodes.empty());
}

TEST_CASE_METHOD(InstanceGpus, "an instance that starts again is given its devices again", "[engine]") {
  run("dev", {.names = {"1"}});
  for (const auto verb : {instance::Verb::stop, instance::Verb::start, instance::Verb::restart}) {
    last_request = {};
    change_state(verb, "dev");
    if (verb != instance::Verb::stop) {
      REQUIRE(last_request.is_object());
      CHECK(last_request.at("grants").at(0).at("device") == "v.com/gpu=1");
      CHECK(last_request.at("hidden") == json{"/dev/fake0", "/dev/fake2"});
    }
  }
  failures = 1;
  change_state(instance::Verb::restart, "dev");
  CHECK(session.instance_status("dev", {}).summary.state == "Running");
}

TEST_CASE_METHOD(InstanceGpus, "devices that another one's restart took are told of, and given again",
                 "[engine]") {
  run("dev", {.names = {"1"}});
  CHECK(session.instance_status("dev", {}).healthy());
  CHECK(session.device_status({"dev"}, {}).front().state == "ready");
  lose_devices("dev");
  const auto status = session.instance_status("dev", {});
  CHECK(status.absent_devices == Names{"v.com/gpu=1"});
  CHECK_FALSE(status.healthy());
  CHECK(session.device_status({"dev"}, {}).front().state == "absent");
  CHECK(session.reconcile_devices(roots, {"dev"}, {}, {}, events).front().changed);
  CHECK(session.instance_status("dev", {}).healthy());
}

TEST_CASE_METHOD(InstanceGpus, "devices are given again beside a restart and an attach, and none is lost",
                 "[engine]") {
  run("dev", {.names = {"1"}});
  for (int round = 0; round < 5; ++round) {
    const auto reconcile = [this] {
      session::Session own(fake.address());
      testing::KeptEvents ignored;
      try {
        own.reconcile_devices(roots, {"dev"}, {}, {}, ignored);
      } catch (const base::Error& error) {  // it was just ending
        CAPTURE(error.failure().cause);
        CHECK(error.code() != base::ErrorCode::internal);
      }
    };
    auto beside_restart = std::async(std::launch::async, reconcile);
    change_state(instance::Verb::restart, "dev");
    beside_restart.get();
    CHECK(given("dev") == Names{"v.com/gpu=1"});
    auto beside_attach = std::async(std::launch::async, reconcile);
    change(Verb::attach, "dev", {"0"});
    beside_attach.get();
    CHECK(given("dev") == Names{"v.com/gpu=1", "v.com/gpu=0"});
    CHECK(session.instance_status("dev", {}).absent_devices.empty());
    change(Verb::detach, "dev", {"0"});
  }
}

TEST_CASE_METHOD(InstanceGpus, "a device comes to an instance that runs, and goes when nothing uses it",
                 "[engine]") {
  session.run_instance({.name = "dev"}, run_options(), {}, events);
  CHECK(change(Verb::attach, "dev", {"0"}).subject == "instance/dev");
  CHECK(session.device_status({"dev"}, {}).front().subject == "instance/dev");
  CHECK(session.reconcile_devices(roots, {"dev"}, {}, {}, events).front().subject == "instance/dev");
  CHECK(session.device_subject("dev", {}) == "instance/dev");
  CHECK(given("dev") == Names{"v.com/gpu=0"});
  users = R"([{"pid": 7, "program": "train", "path": "/dev/fake0"}])";
  const auto failure = refusal(Verb::detach, "dev", {"0"});
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.problems == Names{"process 7 (train) has /dev/fake0 open"});
  CHECK(given("dev") == Names{"v.com/gpu=0"});
  change(Verb::detach, "dev", {"0"}, true);
  CHECK(given("dev").empty());
  CHECK_THAT(events.notices(), Contains("process 7 (train) has /dev/fake0 open, and goes on with it"));
}

TEST_CASE_METHOD(InstanceGpus, "what is for pods is refused for an instance", "[engine]") {
  run("dev", {});
  for (const auto& offering : {attach::Offering{.replicas = 2}, attach::Offering{.own_plugin = false}}) {
    const auto failure = failure_of([&] {
      session.change_devices(roots, {.node = "dev", .devices = {"0"}, .offering = offering}, {}, {}, events);
    });
    CHECK(failure.code == base::ErrorCode::invalid_input);
    CHECK_THAT(failure.message, Contains("'dev' offers devices to no pods"));
  }
  CHECK(given("dev").empty());
}
