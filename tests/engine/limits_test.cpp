// SPDX-License-Identifier: Apache-2.0
// What nodes may use: given at their creation, inherited by new workers, changed later.
#include "base/error.hpp"
#include "cluster/lock.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/engine_fixture.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace ingot;
using testing::ClusterFixture;
using testing::failure_of;
using Names = std::vector<std::string>;

namespace {

constexpr std::int64_t kGi = std::int64_t{1} << 30;
constexpr const char* kDropIn = "/etc/systemd/system/kubelet.service.d/30-ingot-limits.conf";

constexpr const char* kMark = "/kind/ingot-limits-change";

class Limited : public ClusterFixture {
 public:
  config::ClusterSpec limited_spec() {
    auto wanted = spec("one", 1);
    wanted.nodes[0].memory = "2Gi";
    wanted.nodes[1].cpu = "1500m";
    wanted.nodes[1].memory = "1Gi";
    wanted.nodes[1].pids = 900;
    return wanted;
  }
  docker::Limits limits_of(const std::string& node) {
    return docker::Engine(fake.address()).inspect_container(node, {})->limits;
  }
  lifecycle::LimitResult set(const Names& names, const config::Limits& limits) {
    return session.set_limits(names, limits, {}, {}, events);
  }
  bool has_drop_in(const std::string& node) { return fake.file(node, kDropIn).has_value(); }
  // As the cluster knows it.
  std::string memory_told_by(const std::string& node) {
    return nodes.api("one-control-plane")
        ->get("/api/v1/nodes/" + node)
        .value()
        .value(testing::Json::json_pointer("/status/capacity/memory"), "");
  }
  // Of the engine's limits, or by a command in a node.
  std::size_t changes() { return commands().size() + fake.requests("POST", "/containers/.*/update").size(); }
  // In nodes, but for those that hold the lock.
  std::vector<testing::RecordedRequest> commands() {
    auto commands = fake.requests("POST", "/containers/.*/exec");
    std::erase_if(commands, is_lock);
    return commands;
  }
  static bool is_lock(const testing::RecordedRequest& command) {
    return command.body.find("\"flock\"") != std::string::npos;
  }
};

const docker::Limits kWorkers{.nano_cpus = 1'500'000'000, .memory_bytes = kGi, .pids = 900};

}  // namespace

TEST_CASE_METHOD(Limited, "a node is created with its limits, and its kubelet will know them", "[engine]") {
  const auto bootstrap = GENERATE(cluster::Bootstrap::native, cluster::Bootstrap::kubeadm);
  create(limited_spec(), options(bootstrap));
  CHECK(limits_of("one-control-plane") == docker::Limits{.memory_bytes = 2 * kGi});
  CHECK(limits_of("one-worker") == kWorkers);
  CHECK(has_drop_in("one-control-plane"));
  CHECK(has_drop_in("one-worker"));
}

TEST_CASE_METHOD(Limited, "a node without limits has nothing of them", "[engine]") {
  create(spec("one"), options());
  CHECK(limits_of("one-control-plane") == docker::Limits());
  CHECK_FALSE(has_drop_in("one-control-plane"));
}

TEST_CASE_METHOD(Limited, "what the machine cannot give is refused, all of it at once, and nothing is made",
                 "[engine]") {
  auto wanted = spec("one", 1);
  wanted.nodes[0].cpu = "64";
  wanted.nodes[1].memory = "900Gi";
  const auto failure = failure_of([&] { create(wanted, options()); });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems == Names{"one-control-plane: cpu 64: the machine has 4",
                                  "one-worker: memory 900Gi: the machine has 8Gi"});
  CHECK(node_names().empty());
}

TEST_CASE_METHOD(Limited, "new workers have the limits of the first one, or those asked for", "[engine]") {
  create(limited_spec(), options());
  session.change_workers({.verb = scale::Verb::add, .cluster = "one", .workers = 1}, {}, {}, events);
  CHECK(limits_of("one-worker2") == kWorkers);
  CHECK(has_drop_in("one-worker2"));
  session.change_workers({.verb = scale::Verb::scale,
                          .cluster = "one",
                          .workers = 3,
                          .limits = {.cpu_millis = 0, .memory_bytes = 2 * kGi}},
                         {}, {}, events);
  CHECK(limits_of("one-worker3") == docker::Limits{.memory_bytes = 2 * kGi, .pids = 900});
}

TEST_CASE_METHOD(Limited, "the limits of a control plane say nothing of workers", "[engine]") {
  auto wanted = spec("one");
  wanted.nodes[0].memory = "2Gi";
  create(wanted, options());
  session.change_workers({.verb = scale::Verb::add, .cluster = "one", .workers = 1}, {}, {}, events);
  CHECK(limits_of("one-worker") == docker::Limits());
  const auto failure = failure_of([&] {
    session.change_workers(
        {.verb = scale::Verb::add, .cluster = "one", .workers = 1, .limits = {.memory_bytes = 900 * kGi}}, {},
        {}, events);
  });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(node_names().size() == 2);
}

TEST_CASE_METHOD(Limited, "limits are changed, one by one, and lifted", "[engine]") {
  create(spec("one", 1), options());
  const auto result = set({"one-worker"}, {.memory_bytes = kGi});
  CHECK(result.nodes.front().changed);
  CHECK(result.nodes.front().memory_bytes == kGi);
  CHECK(limits_of("one-worker").memory_bytes == kGi);
  CHECK(has_drop_in("one-worker"));
  set({"one-worker"}, {.cpu_millis = 500});
  CHECK(limits_of("one-worker").nano_cpus == 500'000'000);
  CHECK(limits_of("one-worker").memory_bytes == kGi);
  const auto before = changes();
  CHECK_FALSE(set({"one-worker"}, {.cpu_millis = 500}).nodes.front().changed);
  CHECK(session.plan_limits({"one-worker"}, {.cpu_millis = 500}, {}).empty());
  CHECK(changes() == before);
  set({"one-worker", "one-control-plane"}, {.cpu_millis = 0, .memory_bytes = 0, .pids = 0});
  CHECK(limits_of("one-worker").memory_bytes == 8 * kGi);  // an engine knows no other way
  CHECK(set({"one-worker"}, {.memory_bytes = 0}).nodes.front().memory_bytes == 0);
}

TEST_CASE_METHOD(Limited, "kubelet is left alone for processes, and in a node that does not run",
                 "[engine]") {
  create(spec("one", 1), options());
  const auto before = commands().size();
  set({"one-worker"}, {.pids = 900});
  docker::Engine(fake.address()).kill_container("one-worker", "SIGKILL", {});
  docker::Engine(fake.address()).wait_container("one-worker", {});
  set({"one-worker"}, {.memory_bytes = kGi});
  CHECK(commands().size() == before);
  CHECK(limits_of("one-worker") ==
        docker::Limits{.nano_cpus = 4'000'000'000, .memory_bytes = kGi, .pids = 900});
  CHECK(has_drop_in("one-worker"));
}

TEST_CASE_METHOD(Limited, "what no node can live with is refused for all nodes at once", "[engine]") {
  create(spec("one", 1), options());
  const auto failure = failure_of([&] {
    set({"one-control-plane", "one-worker"}, {.memory_bytes = kGi / 8, .pids = 10});
  });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems == Names{"one-control-plane: memory 128Mi: too little: a control-plane needs 768Mi",
                                  "one-control-plane: pids 10: too little: a control-plane needs 400",
                                  "one-worker: memory 128Mi: too little: a worker needs 256Mi",
                                  "one-worker: pids 10: too little: a worker needs 200"});
  CHECK(changes() == 0);
  CHECK(failure_of([&] { set({"ghost"}, {.pids = 900}); }).code == base::ErrorCode::not_found);
  session.change_cluster(lifecycle::Verb::pause, {.cluster = "one"}, {}, {}, events);
  CHECK(failure_of([&] { set({"one-worker"}, {.pids = 900}); }).remedy == "ingot cluster resume one");
}

TEST_CASE_METHOD(Limited, "a change that fails is taken back", "[engine]") {
  create(limited_spec(), options());
  fake.faults().fail({.method = "POST", .path = "/containers/[^/]+/exec", .nth = 2}, 500, "told to");
  CHECK(failure_of([&] { set({"one-worker"}, {.memory_bytes = 2 * kGi}); }).message.find("told to") != 0);
  CHECK(limits_of("one-worker").memory_bytes == kGi);
}

TEST_CASE_METHOD(Limited, "a change that came to no end is known to the next one", "[engine]") {
  create(limited_spec(), options());
  auto& faults = fake.faults();
  faults.fail({.method = "POST", .path = "/containers/[^/]+/exec", .nth = 2}, 500, "told to");
  faults.fail({.method = "POST", .path = "/containers/[^/]+/update", .nth = 2}, 500, "undo, too");
  CHECK_FALSE(failure_of([&] { set({"one-worker"}, {.memory_bytes = 2 * kGi}); }).message.empty());
  REQUIRE(limits_of("one-worker").memory_bytes == 2 * kGi);
  faults.clear();
  CHECK(memory_told_by("one-worker").empty());
  CHECK(set({"one-worker"}, {.memory_bytes = 2 * kGi}).nodes.front().changed);
  CHECK(memory_told_by("one-worker") == "2097152Ki");
  CHECK_FALSE(set({"one-worker"}, {.memory_bytes = 2 * kGi}).nodes.front().changed);
}

TEST_CASE_METHOD(Limited, "a kubelet that was asked is asked again when the change is taken back",
                 "[engine]") {
  create(limited_spec(), options());
  fake.faults().fail({.method = "POST", .path = "/containers/[^/]+/exec", .nth = 3}, 500, "told to");
  CHECK_FALSE(failure_of([&] { set({"one-worker"}, {.memory_bytes = 2 * kGi}); }).message.empty());
  CHECK(limits_of("one-worker").memory_bytes == kGi);
  CHECK(memory_told_by("one-worker") == "1048576Ki");
}

TEST_CASE_METHOD(Limited, "a kubelet that tells something else is not waited for", "[engine]") {
  create(limited_spec(), options());
  fake.add_program(
      [](const testing::ProcessInfo& info) {
        return info.argv.back().find("systemctl start kubelet") != std::string::npos;
      },
      testing::scripted({.out = "1\n"}));
  nodes.api("one-control-plane")
      ->merge("/api/v1/nodes/one-worker", {{"status", {{"capacity", {{"cpu", "4"}, {"memory", "7Gi"}}}}}});
  const auto failure = failure_of([&] { set({"one-worker"}, {.memory_bytes = 2 * kGi}); });
  CHECK(failure.code == base::ErrorCode::command_failed);
  CHECK(failure.cause == "its kubelet tells 4 processors and memory 7Gi");
  CHECK(failure.remedy == "ingot node logs one-worker");
  CHECK(limits_of("one-worker").memory_bytes == kGi);
}

TEST_CASE_METHOD(Limited, "in a cluster without quorum nobody is waited for, and the next change knows",
                 "[engine]") {
  create(spec("one", 1, 2), options());
  docker::Engine engine(fake.address());
  engine.kill_container("one-control-plane2", "SIGKILL", {});
  engine.wait_container("one-control-plane2", {});
  CHECK(set({"one-worker"}, {.memory_bytes = 2 * kGi}).nodes.front().changed);
  CHECK(fake.file("one-worker", kMark));
  session.change_cluster(lifecycle::Verb::start, {.cluster = "one"}, {}, {}, events);
  CHECK(set({"one-worker"}, {.memory_bytes = 2 * kGi}).nodes.front().changed);
  CHECK_FALSE(fake.file("one-worker", kMark));
}

TEST_CASE_METHOD(Limited, "limits wait until nobody else changes the nodes; a pause does not", "[engine]") {
  create(spec("one", 1), options());
  docker::Engine engine(fake.address());
  ingot::node::Host host(engine);
  auto lock = cluster::lock_nodes(host, "one", events, {});
  REQUIRE(lock);
  testing::WaitsForLock limiting;
  auto limited = std::async(std::launch::async, [&] {
    return session.set_limits({"one-worker"}, {.pids = 900}, {}, {}, limiting);
  });
  limiting.wait();
  CHECK(session.change_cluster(lifecycle::Verb::pause, {.cluster = "one"}, {}, {}, events).changed());
  CHECK(session.change_cluster(lifecycle::Verb::resume, {.cluster = "one"}, {}, {}, events).changed());
  CHECK(limits_of("one-worker").pids == 0);
  lock.reset();
  CHECK(limited.get().nodes.front().changed);
  CHECK(limits_of("one-worker").pids == 900);
}

TEST_CASE_METHOD(Limited, "a node that went while its limits had to wait is told to be missing", "[engine]") {
  create(spec("one", 1), options());
  docker::Engine engine(fake.address());
  ingot::node::Host host(engine);
  auto lock = cluster::lock_nodes(host, "one", events, {});
  testing::WaitsForLock limiting;
  auto limited = std::async(std::launch::async, [&] {
    return failure_of([&] { session.set_limits({"one-worker"}, {.pids = 900}, {}, {}, limiting); });
  });
  limiting.wait();
  host.remove("one-worker", {});
  lock.reset();
  CHECK(limited.get().code == base::ErrorCode::not_found);
}

TEST_CASE_METHOD(Limited, "clusters are locked in the order of their names, however nodes are named",
                 "[engine]") {
  create(spec("one"), options());
  create(spec("two"), options());
  set({"two-control-plane", "one-control-plane"}, {.pids = 900});
  Names locked;
  for (const auto& command : fake.requests("POST", "/containers/.*/exec")) {
    if (is_lock(command)) {
      const auto id = command.path.substr(12, 64);  // "/containers/ID/exec"
      locked.push_back(docker::Engine(fake.address()).inspect_container(id, {})->name);
    }
  }
  CHECK(locked == Names{"one-control-plane", "two-control-plane"});
}
