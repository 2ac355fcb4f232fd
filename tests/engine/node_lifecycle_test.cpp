// SPDX-License-Identifier: Apache-2.0
// Single nodes of a cluster that are stopped and started, on the fake engine.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "support/fake_engine/program.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using lifecycle::Verb;
using testing::ClusterFixture;

namespace {

class Nodes : public ClusterFixture {
 public:
  lifecycle::Result change(Verb verb, std::vector<std::string> names,
                           const lifecycle::Options& options = {}) {
    return session.change_cluster(verb, {.nodes = std::move(names)}, options, {}, events);
  }

  [[nodiscard]] std::string state(const std::string& node) const {
    for (const auto& container : fake.containers()) {
      if (container.name == node) {
        return container.state;
      }
    }
    return "";
  }

  // What is said against it; empty: nothing.
  std::string refusal(Verb verb, const std::vector<std::string>& names,
                      const lifecycle::Options& options = {}) {
    try {
      change(verb, names, options);
    } catch (const base::Error& error) {
      return error.failure().message + ": " + error.failure().cause;
    }
    return "";
  }
};

}  // namespace

TEST_CASE_METHOD(Nodes, "one worker is stopped and started, and the others go on", "[engine]") {
  create(spec("one", 2), options());
  const auto stopped = change(Verb::stop, {"one-worker2"});
  CHECK(stopped.name == "one");
  REQUIRE(stopped.nodes.size() == 1);
  CHECK(stopped.nodes.front().changed);
  CHECK(state("one-worker2") == "exited");
  CHECK(state("one-worker") == "running");
  CHECK(state("one-control-plane") == "running");
  CHECK_FALSE(change(Verb::stop, {"one-worker2"}).changed());
  CHECK(change(Verb::restart, {"one-worker2"}).changed());
  CHECK(state("one-worker2") == "running");
}

TEST_CASE_METHOD(Nodes, "a stop that would cost the API its quorum is refused, unless forced", "[engine]") {
  create(spec("one", 1, 3), options());
  CHECK(refusal(Verb::stop, {"one-control-plane", "one-control-plane2"}) ==
        "nodes 'one-control-plane', 'one-control-plane2' cannot be stopped: 1 of 3 control planes would run, "
        "and the API needs 2");
  CHECK(state("one-control-plane") == "running");
  CHECK(refusal(Verb::stop, {"one-control-plane2"}).empty());
  CHECK(refusal(Verb::stop, {"one-control-plane3"}).find("1 of 3 control planes would run") !=
        std::string::npos);
  CHECK(refusal(Verb::stop, {"one-control-plane3"}, {.force = true}).empty());
  CHECK(state("one-control-plane3") == "exited");
  CHECK(refusal(Verb::start, {"one-control-plane2", "one-control-plane3"}).empty());
}

TEST_CASE_METHOD(Nodes, "a node that nobody can tell about is only started without waiting", "[engine]") {
  create(spec("one", 1), options());
  session.change_cluster(Verb::stop, {"one"}, {}, {}, events);
  CHECK(refusal(Verb::start, {"one-worker"}) ==
        "node 'one-worker' cannot be started: no control plane of its cluster runs");
  CHECK(state("one-worker") == "exited");
  CHECK(refusal(Verb::start, {"one-worker"}, {.wait = false}).empty());
  CHECK(state("one-worker") == "running");
}

TEST_CASE_METHOD(Nodes, "nodes are of one cluster, and known", "[engine]") {
  create(spec("one", 1), options());
  create(spec("two", 1), options());
  CHECK(refusal(Verb::stop, {"one-worker", "two-worker"}) ==
        "'one-worker' and 'two-worker' are nodes of different clusters: ");
  CHECK(refusal(Verb::stop, {"one-worker", "one-worker7"}) == "there is no node named 'one-worker7': ");
  CHECK(state("one-worker") == "running");
}

TEST_CASE_METHOD(Nodes, "a control plane that stops gives up its own leases, and no others", "[engine]") {
  create(spec("one", 0, 3), options());
  constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  const auto api = nodes.api("one-control-plane");
  const auto hold = [&](const std::string& name, const std::string& node) {
    api->create(kLeases,
                {{"apiVersion", "coordination.k8s.io/v1"},
                 {"kind", "Lease"},
                 {"metadata", {{"name", name}, {"namespace", "kube-system"}}},
                 {"spec", {{"holderIdentity", node + "_0c3a"}, {"renewTime", "2026-01-01T00:00:00Z"}}}});
  };
  hold("kube-controller-manager", "one-control-plane2");
  hold("kube-scheduler", "one-control-plane3");
  change(Verb::stop, {"one-control-plane2"});
  const auto holder = [&](const std::string& name) {
    return api->get(std::string(kLeases) + "/" + name)->at("spec").at("holderIdentity").get<std::string>();
  };
  CHECK(holder("kube-controller-manager").empty());
  CHECK(holder("kube-scheduler") == "one-control-plane3_0c3a");
}

TEST_CASE_METHOD(Nodes, "a command runs only in a node that runs", "[engine]") {
  create(spec("one", 1), options());
  fake.add_program({"hostname"}, [](testing::Process&) { return 7; });
  CHECK(session.node_exec("one-worker", {"hostname"}, false, {}, {}) == 7);
  CHECK_THROWS_AS(session.node_exec("one-worker9", {"hostname"}, false, {}, {}), base::Error);
  change(Verb::stop, {"one-worker"});
  CHECK_THROWS_AS(session.node_exec("one-worker", {"hostname"}, false, {}, {}), base::Error);
}
