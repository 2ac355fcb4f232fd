// SPDX-License-Identifier: Apache-2.0
// Workers that come and go, and what is left of changes that did not come to their end.
#include "base/error.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/engine_fixture.hpp"
#include "node/host.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>

using namespace ingot;
using Catch::Matchers::Contains;
using cluster::Bootstrap;
using scale::Verb;
using testing::ClusterFixture;
using testing::failure_of;
using testing::Json;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kPods = "/api/v1/namespaces/default/pods";

class Workers : public ClusterFixture {
 public:
  void create_one(int workers, Bootstrap bootstrap = Bootstrap::native) {
    create(spec("one", workers), options(bootstrap));
  }

  scale::Result scale_to(int workers, const scale::Options& how = {}) {
    return session.change_workers({.verb = Verb::scale, .cluster = "one", .workers = workers}, how, {},
                                  events);
  }
  scale::Result add(int count) {
    return session.change_workers({.verb = Verb::add, .cluster = "one", .workers = count}, {}, {}, events);
  }
  scale::Result take_away(const Names& names, const scale::Options& how = {}) {
    return session.change_workers({.verb = Verb::remove, .nodes = names}, how, {}, events);
  }

  [[nodiscard]] std::shared_ptr<testing::FakeKubernetes> api() const {
    return nodes.api("one-control-plane");
  }

  [[nodiscard]] Names known_nodes() const {
    Names names;
    for (const auto& node : api()->list("/api/v1/nodes")) {
      names.push_back(node.at("metadata").at("name").get<std::string>());
    }
    std::ranges::sort(names);
    return names;
  }

  void add_pod(const std::string& name, const std::string& node, const std::string& controller) {
    Json pod = {{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", {{"name", name}, {"namespace", "default"}}},
                {"spec", {{"nodeName", node}}}};
    if (!controller.empty()) {
      pod["metadata"]["ownerReferences"] = Json::array({{{"kind", controller}, {"controller", true}}});
    }
    api()->create(kPods, pod);
  }
  [[nodiscard]] bool has_pod(const std::string& name) const {
    return api()->get(std::string(kPods) + "/" + name).has_value();
  }
  [[nodiscard]] bool takes_pods(const std::string& node) const {
    return !api()->get("/api/v1/nodes/" + node)->at("spec").value("unschedulable", false);
  }
  void forbid_disruptions() {
    api()->create("/apis/policy/v1/namespaces/default/poddisruptionbudgets",
                  {{"apiVersion", "policy/v1"},
                   {"kind", "PodDisruptionBudget"},
                   {"metadata", {{"name", "web"}, {"namespace", "default"}}},
                   {"status", {{"disruptionsAllowed", 0}}}});
  }
};

}  // namespace

TEST_CASE("a cluster is scaled up and down, and scaled to what it has nothing happens", "[engine]") {
  const auto bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  Workers one;
  one.create_one(1, bootstrap);
  const auto up = one.scale_to(3);
  CHECK(up.added == Names{"one-worker2", "one-worker3"});
  CHECK(up.workers == 3);
  const Names all = {"one-control-plane", "one-worker", "one-worker2", "one-worker3"};
  CHECK(one.node_names() == all);
  CHECK(one.known_nodes() == all);
  CHECK_FALSE(one.scale_to(3).changed());

  const auto down = one.scale_to(1);
  CHECK(down.removed == Names{"one-worker2", "one-worker3"});
  CHECK(one.node_names() == Names{"one-control-plane", "one-worker"});
  CHECK(one.known_nodes() == one.node_names());
}

TEST_CASE("a worker that is there is waited for until pods may come to it", "[engine]") {
  Workers one;
  one.create_one(1);
  CHECK(one.session.plan_workers({.verb = Verb::scale, .cluster = "one", .workers = 1}, {}, {}).empty());
  one.api()->merge(
      "/api/v1/nodes/one-worker",
      {{"spec",
        {{"taints", Json::array({{{"key", "node.kubernetes.io/not-ready"}, {"effect", "NoSchedule"}}})}}}});
  CHECK_THAT(one.session.plan_workers({.verb = Verb::scale, .cluster = "one", .workers = 1}, {}, {}),
             Contains("node/one-worker/ready"));
}

TEST_CASE("a cluster without workers gets some, made after its control plane", "[engine]") {
  Workers one;
  one.create_one(0);
  CHECK(one.add(2).added == Names{"one-worker", "one-worker2"});
  docker::Engine engine(one.fake.address());
  const auto made = engine.inspect_container("one-worker", {});
  REQUIRE(made);
  CHECK(made->labels.at("io.x-k8s.kind.role") == "worker");
  CHECK(made->labels.at("dev.ingot.bootstrap") == "native");
  const auto is_administrators = [](const std::string& variable) {
    return variable.starts_with("KUBECONFIG=");
  };
  CHECK(std::ranges::none_of(made->env, is_administrators));
}

TEST_CASE("a name that is free again is used again", "[engine]") {
  Workers one;
  one.create_one(3);
  CHECK(one.take_away({"one-worker2"}).removed == Names{"one-worker2"});
  CHECK(one.known_nodes() == Names{"one-control-plane", "one-worker", "one-worker3"});
  CHECK(one.add(1).added == Names{"one-worker2"});
}

TEST_CASE("pods are evicted before their node goes; those that belong to it go with it", "[engine]") {
  Workers one;
  one.create_one(2);
  one.add_pod("web", "one-worker2", "ReplicaSet");
  one.add_pod("agent", "one-worker2", "DaemonSet");
  one.add_pod("other", "one-worker", "ReplicaSet");
  one.take_away({"one-worker2"});
  CHECK_FALSE(one.has_pod("web"));
  CHECK_FALSE(one.has_pod("agent"));
  CHECK(one.has_pod("other"));
  const auto requests = one.api()->requests();
  CHECK(std::ranges::count(requests, std::string(kPods) + "/web/eviction", [](const std::string& line) {
          return line.substr(5, line.find(" ->") - 5);
        }) == 1);
  CHECK(std::ranges::none_of(
      requests, [](const std::string& line) { return line.find("agent/eviction") != std::string::npos; }));
}

TEST_CASE("a budget that forbids it is told when time is over, and the node takes pods again", "[engine]") {
  Workers one;
  one.create_one(2);
  one.add_pod("web", "one-worker2", "ReplicaSet");
  one.forbid_disruptions();
  const auto failure = failure_of([&] { one.scale_to(1, {.timeout = std::chrono::milliseconds(700)}); });
  CHECK(failure.code == base::ErrorCode::timed_out);
  REQUIRE(failure.problems.size() == 1);
  CHECK_THAT(failure.problems.front(),
             Contains("pod default/web: ") && Contains("The disruption budget web"));
  CHECK(one.takes_pods("one-worker2"));
  CHECK(one.has_pod("web"));
  CHECK(one.node_names().size() == 3);
  CHECK(one.scale_to(1, {.force = true}).removed == Names{"one-worker2"});
  CHECK_FALSE(one.has_pod("web"));
}

TEST_CASE("as soon as a budget allows it, the drain goes on", "[engine]") {
  Workers one;
  one.create_one(1);
  one.add_pod("web", "one-worker", "ReplicaSet");
  one.forbid_disruptions();
  const auto is_refused = [](const std::string& line) { return line.ends_with("/eviction -> 429"); };
  const std::jthread allows([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && std::ranges::none_of(one.api()->requests(), is_refused)) {
      std::this_thread::yield();
    }
    one.api()->merge("/apis/policy/v1/namespaces/default/poddisruptionbudgets/web",
                     {{"status", {{"disruptionsAllowed", 1}}}});
  });
  CHECK(one.scale_to(0).removed == Names{"one-worker"});
}

TEST_CASE("pods that nobody would make again are told before anything changes", "[engine]") {
  Workers one;
  one.create_one(2);
  one.add_pod("bare", "one-worker2", "");
  const auto failure = failure_of([&] { one.take_away({"one-worker2"}); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.problems == Names{"pod default/bare has no controller"});
  CHECK(one.takes_pods("one-worker2"));
  one.take_away({"one-worker2"}, {.force = true});
  CHECK_FALSE(one.has_pod("bare"));
}

TEST_CASE("what is no worker, or not there, is not removed", "[engine]") {
  Workers one;
  one.create_one(1);
  CHECK(failure_of([&] { one.take_away({"one-control-plane"}); }).code == base::ErrorCode::unsupported);
  CHECK(failure_of([&] { one.take_away({"one-worker7"}); }).code == base::ErrorCode::not_found);
  CHECK(failure_of([&] { one.take_away({"two-worker"}); }).code == base::ErrorCode::not_found);
  CHECK(failure_of([&] { one.take_away({"one-worker", "nowhere"}); }).code == base::ErrorCode::not_found);
  CHECK(one.node_names().size() == 2);
}

TEST_CASE("a cluster that does not run has to be started first", "[engine]") {
  Workers one;
  one.create_one(1);
  one.session.change_cluster(lifecycle::Verb::pause, {"one"}, {}, {}, one.events);
  CHECK(failure_of([&] { one.scale_to(2); }).remedy == "ingot cluster resume one");
  one.session.change_cluster(lifecycle::Verb::stop, {"one"}, {}, {}, one.events);
  CHECK(failure_of([&] { one.scale_to(2); }).remedy == "ingot cluster start one");
}

TEST_CASE("what a killed change left is finished by the next one", "[engine]") {
  Workers one;
  one.create_one(1);
  SECTION("a Node without a container") {
    one.api()->create("/api/v1/nodes", {{"apiVersion", "v1"},
                                        {"kind", "Node"},
                                        {"metadata", {{"name", "one-worker2"}}},
                                        {"spec", {{"providerID", "kind://docker/one/one-worker2"}}}});
  }
  SECTION("a container that was never started") {
    docker::Engine engine(one.fake.address());
    const auto image = engine.inspect_container("one-worker", {})->image;
    node::Host(engine).create(
        {.cluster = "one", .name = "one-worker2", .role = "worker", .image = image, .network = "kind"}, {},
        {});
  }
  const auto request = scale::Request{.verb = Verb::scale, .cluster = "one", .workers = 1};
  CHECK_THAT(one.session.plan_workers(request, {}, {}), Contains("one-worker2/forget"));
  CHECK(one.scale_to(1).removed == Names{"one-worker2"});
  CHECK(one.known_nodes() == Names{"one-control-plane", "one-worker"});
  CHECK(one.node_names() == one.known_nodes());
  CHECK(one.session.plan_workers(request, {}, {}).empty());
}

TEST_CASE("what the engine made late for a change that was killed is made anew", "[engine]") {
  Workers one;
  one.create_one(1);
  docker::Engine engine(one.fake.address());
  const auto image = engine.inspect_container("one-worker", {})->image;
  std::string late;
  one.fake.faults().before({.method = "POST", .path = "/containers/create"}, [&] {
    late = node::Host(engine).create(
        {.cluster = "one", .name = "one-worker2", .role = "worker", .image = image, .network = "kind"}, {},
        {});
  });
  CHECK(one.scale_to(2).added == Names{"one-worker2"});
  CHECK(engine.inspect_container("one-worker2", {})->id != late);
  CHECK(one.known_nodes() == one.node_names());
}

TEST_CASE("two changes at once come one after the other", "[engine]") {
  Workers one;
  one.create_one(0);
  const auto both = [&](const scale::Request& request) {
    const auto run = [&] {
      session::Session other(one.fake.address());
      testing::KeptEvents events;
      other.change_workers(request, {}, {}, events);
    };
    std::jthread first(run);
    std::jthread second(run);
  };
  both({.verb = Verb::scale, .cluster = "one", .workers = 2});
  CHECK(one.known_nodes() == Names{"one-control-plane", "one-worker", "one-worker2"});
  both({.verb = Verb::add, .cluster = "one", .workers = 1});
  CHECK(one.known_nodes().size() == 5);
  CHECK(one.node_names() == one.known_nodes());
}
