// SPDX-License-Identifier: Apache-2.0
// Stopping, starting, pausing and resuming whole clusters.
#include "base/error.hpp"
#include "cluster/lock.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "node/node_spec.hpp"
#include "support/fake_engine/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <mutex>
#include <set>
#include <thread>

using namespace ingot;
using lifecycle::Verb;
using testing::ClusterFixture;
using testing::Json;

namespace {

constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

class Life : public ClusterFixture {
 public:
  lifecycle::Result change(Verb verb, const lifecycle::Options& options = {}) {
    return session.change_cluster(verb, {"one"}, options, {}, events);
  }

  // The states of its containers, each once.
  [[nodiscard]] std::set<std::string> states() const {
    std::set<std::string> states;
    for (const auto& container : fake.containers_with_label(std::string(ingot::node::kClusterLabel))) {
      states.insert(container.state);
    }
    return states;
  }

  // Everything the engine is asked that may change something, from now on.
  [[nodiscard]] std::size_t changes() const { return fake.requests("POST", ".*").size(); }

  void kill(const std::string& node) {
    docker::Engine engine(fake.address());
    engine.kill_container(node, "KILL", {});
    engine.wait_container(node, {});
  }

  void hold_lease(const std::string& name, const std::string& renewed, int seconds = 3600) {
    nodes.api("one-control-plane")
        ->create(kLeases, {{"apiVersion", "coordination.k8s.io/v1"},
                           {"kind", "Lease"},
                           {"metadata", {{"name", name}, {"namespace", "kube-system"}}},
                           {"spec",
                            {{"holderIdentity", "one-control-plane_0c3a"},
                             {"renewTime", renewed},
                             {"leaseDurationSeconds", seconds}}}});
  }

  [[nodiscard]] std::string holder(const std::string& name) const {
    return nodes.api("one-control-plane")
        ->get(std::string(kLeases) + "/" + name)
        ->at("spec")
        .at("holderIdentity");
  }
};

}  // namespace

TEST_CASE("a cluster of any shape is stopped, keeps everything, and is started", "[engine]") {
  const auto spec = GENERATE(ClusterFixture::spec("one"), ClusterFixture::spec("one", 2),
                             ClusterFixture::spec("one", 1, 3));
  Life life;
  life.create(spec, life.options());
  const auto before = life.fake.containers();
  const auto api = life.nodes.api("one-control-plane");
  const auto objects = api->list("/api/v1/nodes").size();

  const auto stopped = life.change(Verb::stop);
  CHECK(stopped.changed());
  CHECK(stopped.nodes.size() == before.size());
  CHECK(life.states() == std::set<std::string>{"exited"});
  CHECK(life.session.cluster_status("one", {}).state == "Stopped");

  const auto started = life.change(Verb::start);
  CHECK(started.changed());
  CHECK(life.states() == std::set<std::string>{"running"});
  CHECK(life.nodes.api("one-control-plane")->list("/api/v1/nodes").size() == objects);
  const auto after = life.fake.containers();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(after[i].id == before[i].id);
  }
  for (const auto& node : life.session.cluster_status("one", {}).nodes) {
    CHECK((node.state == "Ready" || node.role == ingot::node::kLoadBalancerRole));
  }
}

TEST_CASE_METHOD(Life, "every verb is content with a cluster that is as it wants it", "[engine]") {
  create(spec("one", 1), options());
  CHECK_FALSE(change(Verb::start).changed());
  CHECK_FALSE(change(Verb::resume).changed());
  change(Verb::pause);
  CHECK_FALSE(change(Verb::pause).changed());
  change(Verb::stop);
  const auto before = changes();
  CHECK_FALSE(change(Verb::stop).changed());
  CHECK(changes() == before);
}

TEST_CASE_METHOD(Life, "while containers end the API answers, and no node ends before all of them",
                 "[engine]") {
  create(spec("one", 1, 3), options());
  std::mutex mutex;
  std::vector<std::string> order;
  const auto note = [&](const std::string& what) {
    const std::scoped_lock lock(mutex);
    order.push_back(what);
  };
  fake.add_program({"bash", "-c"}, [&](testing::Process& process) {
    const bool is_first = process.info().argv.at(2).find("stop kubelet") != std::string::npos;
    note(is_first ? "containers" : "the rest");
    return 0;
  });
  fake.faults().before({.method = "POST", .path = "/containers/[^/]+/stop", .nth = 0}, [&] { note("stop"); });
  change(Verb::stop);
  const auto nodes_of_cluster = fake.containers().size() - 1;  // and a load balancer
  CHECK(std::ranges::count(order, "containers") == static_cast<std::ptrdiff_t>(nodes_of_cluster));
  CHECK(std::ranges::count(order, "the rest") == static_cast<std::ptrdiff_t>(nodes_of_cluster));
  CHECK(std::ranges::count(order, "stop") == 5);
  CHECK(order.back() == "stop");
  const auto last_containers = std::ranges::find(order.rbegin(), order.rend(), std::string("containers"));
  CHECK(std::ranges::distance(last_containers, order.rend()) ==
        static_cast<std::ptrdiff_t>(nodes_of_cluster));
}

TEST_CASE_METHOD(Life, "a stop gives up the leases of those who lead", "[engine]") {
  create(spec("one"), options());
  hold_lease("kube-controller-manager", "2100-01-01T00:00:00.000000Z");
  const auto api = nodes.api("one-control-plane");
  change(Verb::stop);
  CHECK(api->get(std::string(kLeases) + "/kube-controller-manager")->at("spec").at("holderIdentity") == "");
}

TEST_CASE_METHOD(Life, "a start gives up the leases that a killed node left, and no others", "[engine]") {
  create(spec("one"), options());
  hold_lease("kube-controller-manager", "2020-01-01T00:00:00.000000Z");
  hold_lease("kube-scheduler", "2100-01-01T00:00:00.000000Z");
  kill("one-control-plane");
  change(Verb::start);
  CHECK(holder("kube-controller-manager").empty());
  CHECK(holder("kube-scheduler") == "one-control-plane_0c3a");
}

TEST_CASE_METHOD(Life, "a paused cluster goes on, and can be stopped and started, too", "[engine]") {
  create(spec("one", 1), options());
  CHECK(change(Verb::pause).changed());
  CHECK(states() == std::set<std::string>{"paused"});
  CHECK(session.cluster_status("one", {}).state == "Paused");
  CHECK(session.cluster_status("one", {}).nodes.front().state == "Paused");
  CHECK(change(Verb::resume).changed());
  CHECK(states() == std::set<std::string>{"running"});
  change(Verb::pause);
  CHECK(change(Verb::start).changed());
  CHECK(states() == std::set<std::string>{"running"});
  change(Verb::pause);
  change(Verb::stop);
  CHECK(states() == std::set<std::string>{"exited"});
}

// Found on a real cluster: after a minute's pause the controller manager waited 17 s for its own lease.
TEST_CASE_METHOD(Life, "a resume gives up the leases that have run out meanwhile", "[engine]") {
  create(spec("one"), options());
  hold_lease("kube-controller-manager", "2020-01-01T00:00:00.000000Z", 15);
  hold_lease("kube-scheduler", "2100-01-01T00:00:00.000000Z", 15);
  change(Verb::pause);
  change(Verb::resume);
  CHECK(holder("kube-controller-manager").empty());
  CHECK(holder("kube-scheduler") == "one-control-plane_0c3a");
}

TEST_CASE_METHOD(Life, "what is stopped is neither paused nor resumed", "[engine]") {
  create(spec("one"), options());
  change(Verb::stop);
  for (const auto verb : {Verb::pause, Verb::resume}) {
    try {
      change(verb);
      FAIL("changed");
    } catch (const base::Error& error) {
      CHECK(error.code() == base::ErrorCode::already_exists);
      CHECK(error.failure().remedy == "ingot cluster start one");
    }
  }
}

TEST_CASE_METHOD(Life, "a restart stops and starts, and starts what is stopped", "[engine]") {
  create(spec("one"), options());
  CHECK(change(Verb::restart).changed());
  CHECK(states() == std::set<std::string>{"running"});
  change(Verb::stop);
  CHECK(change(Verb::restart).changed());
  CHECK(states() == std::set<std::string>{"running"});
}

TEST_CASE_METHOD(Life, "a start that does not wait asks no API server", "[engine]") {
  create(spec("one"), options());
  const auto api = nodes.api("one-control-plane");
  change(Verb::stop);
  const auto before = api->requests().size();
  change(Verb::start, {.wait = false});
  CHECK(states() == std::set<std::string>{"running"});
  CHECK(api->requests().size() == before);
}

TEST_CASE_METHOD(Life, "status tells a node that comes back from one that is sick", "[engine]") {
  create(spec("one"), options());
  kill("one-control-plane");
  change(Verb::start, {.wait = false});
  nodes.api("one-control-plane")->set_starting(true);
  const auto recovering = session.cluster_status("one", {});
  CHECK(recovering.state == "Recovering");
  CHECK(recovering.nodes.front().state == "Recovering");
  CHECK(recovering.nodes.front().detail.find("started again") == 0);
  nodes.api("one-control-plane")->set_starting(false);
  CHECK(session.cluster_status("one", {}).nodes.front().state == "Ready");
}

TEST_CASE_METHOD(Life, "what is not there cannot be changed", "[engine]") {
  for (const auto verb : {Verb::stop, Verb::start, Verb::restart, Verb::pause, Verb::resume}) {
    CHECK_THROWS_AS(change(verb), base::Error);
    CHECK_THROWS_AS(static_cast<void>(session.plan_change(verb, {"one"}, {}, {})), base::Error);
  }
}

TEST_CASE_METHOD(Life, "a plan is text, and changes nothing", "[engine]") {
  create(spec("one", 1), options());
  const auto before = changes();
  CHECK(
      session.plan_change(Verb::stop, {"one"}, {}, {}) ==
      "#1 node/one-control-plane/containers: they get SIGTERM before the node ends, and nothing is left that "
      "it would wait for\n"
      "#2 node/one-worker/containers: they get SIGTERM before the node ends, and nothing is left that it "
      "would wait for\n"
      "#3 leases <- #1, #2: whoever starts next would wait 15 s for the end of them\n"
      "#4 node/one-control-plane/stop <- #3: it runs\n"
      "#5 node/one-worker/stop <- #3: it runs\n");
  CHECK(session.plan_change(Verb::resume, {"one"}, {}, {}).empty());
  CHECK(session.plan_change(Verb::restart, {"one"}, {}, {}).find("node/one-worker/start: it is exited") !=
        std::string::npos);
  CHECK(changes() == before);
}

TEST_CASE_METHOD(Life, "a verb can be run twice at once", "[engine]") {
  create(spec("one", 1), options());
  for (const auto& [verb, state] : {std::pair(Verb::pause, "paused"), std::pair(Verb::resume, "running"),
                                    std::pair(Verb::stop, "exited"), std::pair(Verb::start, "running")}) {
    testing::KeptEvents others;
    session::Session other(fake.address());
    std::string failure;
    std::jthread second([&, verb = verb] {
      try {
        other.change_cluster(verb, {"one"}, {}, {}, others);
      } catch (const base::Error& error) {
        failure = error.failure().message + ": " + error.failure().cause;
      }
    });
    change(verb);
    second.join();
    CHECK(failure == "");
    CHECK(states() == std::set<std::string>{state});
  }
}

TEST_CASE_METHOD(Life, "the engine brings back what is to come back, unless it was stopped", "[engine]") {
  auto wish = options();
  const std::string policy = GENERATE("unless-stopped", "on-failure", "no");
  wish.restart_policy = policy;
  create(spec("one", 1), wish);
  docker::Engine engine(fake.address());
  const auto told = [&] {
    std::set<std::string> policies;
    for (const auto* name : {"one-control-plane", "one-worker"}) {
      const auto info = Json::parse(engine.inspect_text(name, {}));
      policies.insert(info[0]["HostConfig"]["RestartPolicy"]["Name"].get<std::string>());
    }
    return policies;
  };
  const auto before = told();
  const bool always = policy == "unless-stopped";
  CHECK(before == std::set<std::string>{always ? "always" : policy});
  change(Verb::stop);
  CHECK(told() == (always ? std::set<std::string>{"no"} : before));
  change(Verb::start);
  CHECK(told() == before);
}

TEST_CASE_METHOD(Life, "a stop waits until nobody else changes the cluster's nodes", "[engine]") {
  create(spec("one", 1), options());
  docker::Engine engine(fake.address());
  ingot::node::Host host(engine);
  testing::WaitsForLock stopping;
  auto lock = cluster::lock_nodes(host, "one", events, {});
  REQUIRE(lock);
  auto stop = std::async(std::launch::async,
                         [&] { return session.change_cluster(Verb::stop, {"one"}, {}, {}, stopping); });
  stopping.wait();
  CHECK(states() == std::set<std::string>{"running"});
  lock.reset();
  CHECK(stop.get().changed());
  CHECK(cluster::lock_nodes(host, "one", events, {}) == nullptr);
}
