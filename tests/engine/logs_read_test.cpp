// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "engine/logs_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace ingot;
using testing::LogsFixture;
using testing::Process;

namespace {

constexpr const char* kCoredns = "/var/log/pods/kube-system_coredns-abc_1/coredns/0.log";

bool has_word(const Process& process, std::string_view word) {
  return std::ranges::find(process.info().argv, word) != process.info().argv.end();
}

// Like the real ones: what follows ends when its input does, which says that nobody reads any more.
class Readers : public LogsFixture {
 public:
  Readers() {
    fake.add_program({"bash", "-c"}, [this](Process& process) { return run(process); });
  }

  int run(Process& process) {
    const auto& argv = process.info().argv;
    if (has_word(process, "watch")) {
      if (process.info().container_name == "one-control-plane") {
        process.out(std::string("old ") + kCoredns + "\n");
      }
      process.out("ready\n");
    } else if (has_word(process, "tail")) {
      process.out("2026-01-02T03:04:05Z stdout P one \n2026-01-02T03:04:05Z stdout F line\n");
    } else {
      process.out("journal of " + process.info().container_name + ": " + argv.back() + "\n");
    }
    const bool follows = std::ranges::any_of(
        argv, [](const std::string& word) { return word == "--follow" || word == "follow" || word == "-F"; });
    if (follows) {
      ++followed;
      process.input();
      ++ended;
      ended.notify_all();
    }
    return 0;
  }

  // What is read, each line after its source.
  std::vector<std::string> read(const logs::ReadOptions& options, const std::stop_token& stop = {}) {
    std::vector<std::string> lines;
    result = session.read_logs(
        "one", options,
        [&](const logs::Line& line) {
          lines.push_back(line.is_only_source ? std::string(line.text)
                                              : std::string(line.source) + ": " + std::string(line.text));
          return !on_line || on_line();
        },
        stop);
    return lines;
  }

  // Blocks for ever if one does not.
  void wait_until_all_have_ended() {
    for (int now = ended; now != followed; now = ended) {
      ended.wait(now);
    }
  }

  std::function<bool()> on_line;
  logs::ReadResult result;
  std::atomic<int> followed{0};
  std::atomic<int> ended{0};
};

}  // namespace

TEST_CASE("a unit is read on every node, or on one", "[logs]") {
  Readers fixture;
  CHECK(fixture.read({.component = "kubelet"}) ==
        std::vector<std::string>{"one-control-plane: journal of one-control-plane: --unit=kubelet.service",
                                 "one-worker: journal of one-worker: --unit=kubelet.service"});
  CHECK(fixture.read({.node = "one-worker", .component = "kubelet"}) ==
        std::vector<std::string>{"journal of one-worker: --unit=kubelet.service"});
  CHECK(fixture.read({.node = "one-worker", .since = std::chrono::seconds(5), .tail = 3}) ==
        std::vector<std::string>{"journal of one-worker: --since=-5s"});
}

TEST_CASE("a component that is a pod is read from its container's log", "[logs]") {
  Readers fixture;
  CHECK(fixture.read({.component = "coredns"}) ==
        std::vector<std::string>{"one-control-plane/coredns-abc: one line"});
  CHECK(fixture.read({.node = "one-control-plane", .component = "coredns"}) ==
        std::vector<std::string>{"one line"});
  CHECK(fixture.result.sources == 1);
}

TEST_CASE("the console of a node needs nothing that runs in it", "[logs]") {
  Readers fixture;
  docker::Engine engine(fixture.fake.address());
  engine.kill_container(fixture.id_of("one-worker"), "KILL", {});
  engine.wait_container(fixture.id_of("one-worker"), {});
  const auto lines = fixture.read({.node = "one-worker", .component = "console"});
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.front() == "Welcome to fake Linux!");
}

TEST_CASE("who follows can stop at any time, and nothing goes on in the nodes", "[logs]") {
  const std::string component = GENERATE("kubelet", "coredns");
  Readers fixture;
  std::stop_source stop;
  fixture.on_line = [&] {
    stop.request_stop();
    return true;
  };
  CHECK_THROWS_AS(fixture.read({.component = component, .follow = true}, stop.get_token()), base::Cancelled);
  CHECK(fixture.followed > 0);
  fixture.wait_until_all_have_ended();
}

TEST_CASE("following ends when nobody wants more", "[logs]") {
  Readers fixture;
  fixture.on_line = [] { return false; };
  CHECK(fixture.read({.component = "coredns", .follow = true}).size() == 1);
  CHECK(fixture.read({.node = "one-worker", .follow = true}).size() == 1);
}

TEST_CASE("following ends with the node", "[logs]") {
  Readers fixture;
  docker::Engine engine(fixture.fake.address());
  fixture.on_line = [&] {
    engine.kill_container(fixture.id_of("one-worker"), "KILL", {});
    return true;
  };
  CHECK(fixture.read({.node = "one-worker", .component = "kubelet", .follow = true}).size() == 1);
  CHECK(fixture.result.stopped_nodes == std::vector<std::string>{"one-worker"});
}

TEST_CASE("what cannot be read is told with the names that can", "[logs]") {
  Readers fixture;
  const auto failure_of = [&](const logs::ReadOptions& options) {
    try {
      fixture.read(options);
    } catch (const base::Error& error) {
      return error.failure();
    }
    return base::Failure{};
  };
  const auto no_node = failure_of({.node = "two", .component = "kubelet"});
  CHECK(no_node.code == base::ErrorCode::not_found);
  CHECK(no_node.cause == "its nodes: one-control-plane, one-worker");
  CHECK(failure_of({.component = "a b"}).code == base::ErrorCode::invalid_input);
  CHECK(failure_of({.component = "console", .tail = 1}).code == base::ErrorCode::invalid_input);
  CHECK(failure_of({.node = "one-worker", .component = "etcd"}).code == base::ErrorCode::not_found);

  docker::Engine engine(fixture.fake.address());
  engine.kill_container(fixture.id_of("one-worker"), "KILL", {});
  engine.wait_container(fixture.id_of("one-worker"), {});
  CHECK(failure_of({.node = "one-worker", .component = "kubelet"}).cause == "one-worker is exited");
}

TEST_CASE("a command that fails in a running node is a failure", "[logs]") {
  Readers fixture;
  fixture.fake.add_program({"bash", "-c"}, testing::scripted({.exit_code = 3}));
  CHECK_THROWS_AS(fixture.read({.node = "one-worker", .component = "kubelet"}), base::Error);
}
