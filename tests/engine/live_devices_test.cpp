// SPDX-License-Identifier: Apache-2.0
// Devices as a feed tells of them, over the fake engine and a folder of CDI files.
#include "base/error.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/gpus_fixture.hpp"
#include "engine/watched_world.hpp"
#include "feed/device_feed.hpp"
#include "feed/engine_feed.hpp"
#include "support/fake_instances/fake_instances.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace ingot;
using attach::Verb;
using live::Kind;
using Names = std::vector<std::string>;

namespace {

class LiveDevices : public testing::GpusFixture, public testing::WatchedWorld {
 public:
  testing::FakeInstances machines{fake};

  LiveDevices() {
    for (const char* name : {"dev", "other"}) {
      session.run_instance({.name = name},
                           {.timeout = std::chrono::seconds(120),
                            .access_folder = home / "instances",
                            .gpu_roots = roots,
                            .tool_version = "test"},
                           {}, events);
    }
  }

  // What lacks its devices is told of after `patience`.
  void follow(std::chrono::milliseconds patience = std::chrono::hours(1)) {
    devices_.emplace(
        fake.address(),
        feed::DeviceFeed::Options{
            .roots = roots, .mend = [this](const Names& names) { mend(names); }, .patience = {patience}},
        world);
    engine_feed_.emplace(fake.address(), "engine", world,
                         feed::EngineListeners{.on_nodes = {},
                                               .on_look = [this] { devices_->look_at_all(); },
                                               .on_events =
                                                   [this](const auto& some) {
                                                     devices_->look_at(feed::holders_touched(some),
                                                                       some.front().at);
                                                   }});
    engine_feed_->look({});
    seeing_ = run_until_stopped([this](const std::stop_token& stop) { devices_->follow(stop); });
    following_ = run_until_stopped([this](const std::stop_token& stop) { engine_feed_->follow(stop); });
    wait_until_so([&] { return has(Kind::device, "v.com/gpu=2"); });
    wait_until_seen("the feed", [&] { return !fake.requests("GET", "/events").empty(); });
  }
  [[nodiscard]] std::string state(const std::string& device) const {
    return fact(Kind::device, device, "state");
  }
  [[nodiscard]] std::string holders(const std::string& device) const {
    return fact(Kind::device, device, "holders");
  }
  // As `docker restart` does.
  void restart_by_somebody_else(const std::string& name) {
    docker::Engine engine(fake.address());
    engine.stop_container(name, std::chrono::seconds(1), {});
    lose_devices(name);
    engine.start_container(name, {});
  }
  Names wait_for_mending() {
    std::unique_lock lock(mutex_);
    REQUIRE(mended_.wait_for(lock, std::chrono::seconds(20), [this] { return !names_.empty(); }));
    return names_;
  }
  [[nodiscard]] bool has_mended() {
    const std::scoped_lock lock(mutex_);
    return !names_.empty();
  }

 private:
  template <typename Work>
  static std::jthread run_until_stopped(Work work) {
    return std::jthread(
        [work](const std::stop_token& stop) { CHECK_THROWS_AS(work(stop), base::Cancelled); });
  }
  void mend(const Names& names) {
    {
      const std::scoped_lock lock(mutex_);
      names_ = names;
    }
    mended_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable mended_;
  Names names_;
  std::optional<feed::DeviceFeed> devices_;
  std::optional<feed::EngineFeed> engine_feed_;
  std::jthread seeing_;
  std::jthread following_;
};

}  // namespace

TEST_CASE_METHOD(LiveDevices, "Devices: what is given and taken is told", "[live]") {
  change(Verb::attach, "other", {"1"});
  follow();
  CHECK(state("v.com/gpu=0") == "Free");
  wait_until_so([&] { return holders("v.com/gpu=1") == "other=ready"; });
  change(Verb::attach, "dev", {"0"});
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
  CHECK(state("v.com/gpu=0") == "Held");
  change(Verb::attach, "other", {"0"}, true);
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready, other=ready"; });
  change(Verb::detach, "dev", {"0"});
  wait_until_so([&] { return holders("v.com/gpu=0") == "other=ready"; });
  session.delete_instance("other", {.access_folder = home / "instances"}, {}, events);
  wait_until_so([&] { return state("v.com/gpu=0") == "Free" && state("v.com/gpu=1") == "Free"; });
}

TEST_CASE_METHOD(LiveDevices, "Devices: they come and go with the files that describe them", "[live]") {
  follow();
  const auto describe = [&](const std::string& version) {
    std::ofstream(home / "another.yaml")
        << "cdiVersion: 0.5.0\nkind: w.com/card\ndevices:\n- {name: a, containerEdits: {env: [A=" << version
        << "]}}\n";
  };
  describe("1");
  wait_until_so([&] { return has(Kind::device, "w.com/card=a"); });
  std::filesystem::remove(home / "another.yaml");
  wait_until_so([&] { return !has(Kind::device, "w.com/card=a"); });
  std::filesystem::remove(home / "fake.yaml");
  wait_until_so([&] { return world.counts().at(Kind::device) == 0; });
}

TEST_CASE_METHOD(LiveDevices, "Devices: what another one's restart took is told, and somebody is to mend it",
                 "[live]") {
  change(Verb::attach, "dev", {"0"});
  follow(std::chrono::milliseconds(50));
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
  restart_by_somebody_else("dev");
  wait_until_so([&] { return state("v.com/gpu=0") == "Absent"; });
  CHECK(wait_for_mending() == Names{"dev"});
  session.reconcile_devices(roots, {"dev"}, {}, {}, events);
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
}

TEST_CASE_METHOD(LiveDevices, "Devices: what was lost before anybody looked is mended, too", "[live]") {
  change(Verb::attach, "dev", {"0"});
  restart_by_somebody_else("dev");
  follow(std::chrono::milliseconds(50));
  CHECK(wait_for_mending() == Names{"dev"});
  CHECK(state("v.com/gpu=0") == "Absent");
}

TEST_CASE_METHOD(LiveDevices, "Devices: what ingot itself starts again is nobody's to mend", "[live]") {
  change(Verb::attach, "dev", {"0"});
  follow(std::chrono::seconds(2));
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
  session.change_instance(instance::Verb::stop, "dev", {}, {}, events);
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=unknown"; });
  lose_devices("dev");
  session.change_instance(instance::Verb::start, "dev", {}, {}, events);
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
  CHECK_FALSE(has_mended());
}

TEST_CASE_METHOD(LiveDevices, "Devices: what this machine does not have is not given again", "[live]") {
  change(Verb::attach, "dev", {"0"});
  std::filesystem::rename(home / "fake.yaml", home / "away");
  std::ofstream(home / "fake.yaml") << "cdiVersion: 0.5.0\nkind: v.com/gpu\ndevices:\n"
                                       "- {name: \"2\", containerEdits: {env: [A=B]}}\n";
  follow(std::chrono::milliseconds(50));
  restart_by_somebody_else("dev");
  change(Verb::attach, "other", {"2"});  // is told after that
  wait_until_so([&] { return holders("v.com/gpu=2") == "other=ready"; });
  CHECK_FALSE(has_mended());
  std::filesystem::rename(home / "away", home / "fake.yaml");
  wait_until_so([&] { return state("v.com/gpu=0") == "Absent"; });
  CHECK(wait_for_mending() == Names{"dev"});
}

TEST_CASE_METHOD(LiveDevices, "Devices: a container that cannot be looked at is looked at again", "[live]") {
  change(Verb::attach, "dev", {"0"});
  follow();
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
  docker::Engine engine(fake.address());
  engine.pause_container("dev", {});
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=unknown"; });
  fake.faults().fail({.method = "POST", .path = "/containers/.*/exec"}, 500, "busy");
  engine.unpause_container("dev", {});
  wait_until_so([&] { return holders("v.com/gpu=0") == "dev=ready"; });
}
