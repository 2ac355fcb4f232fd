// SPDX-License-Identifier: Apache-2.0
// What the APIs of clusters tell, in the world that feeds keep: over fake clusters of the fake engine.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/watched_world.hpp"
#include "feed/engine_feed.hpp"
#include "feed/kube_feed.hpp"
#include "support/fake_engine/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <thread>

namespace ingot::testing {

namespace {

using lifecycle::Verb;
using live::Kind;

constexpr const char* kPods = "/api/v1/namespaces/default/pods";
constexpr const char* kServices = "/api/v1/namespaces/default/services";
const std::string kEtcdPod = "demo/kube-system/etcd-demo-control-plane";

live::Filter everything() {
  return {.kinds = {live::kAllKinds.begin(), live::kAllKinds.end()}, .clusters = {}, .labels = {}};
}

class KubeFixture : public ClusterFixture, public WatchedWorld {
 public:
  docker::Engine engine{fake.address()};
  node::Host host{engine};
  feed::KubeFeed kube{host, everything(), world};
  feed::EngineFeed feed{fake.address(), "engine", world,
                        feed::EngineListeners{.on_nodes = [this](const auto& seen) { kube.see(seen); }}};

  void follow() {
    feed.look({});
    following_ = std::jthread(
        [this](const std::stop_token& stop) { CHECK_THROWS_AS(feed.follow(stop), base::Cancelled); });
  }
  // A cluster of one node whose API is followed.
  std::shared_ptr<FakeKubernetes> follow_cluster(const std::string& name = "demo") {
    create(spec(name), options());
    if (!following_.joinable()) {
      follow();
    }
    wait_for_state("Connected", name);
    return nodes.api(name + "-control-plane");
  }
  void change(Verb verb) { session.change_cluster(verb, {"demo"}, {}, {}, events); }

  void wait_for_state(const std::string& state, const std::string& cluster = "demo") {
    wait_until_so([&] { return fact(Kind::kube_api, cluster, "state") == state; });
  }
  void wait_for_pod(const std::string& name, bool is_there = true, const std::string& cluster = "demo") {
    wait_until_so([&] { return has(Kind::pod, cluster + "/default/" + name) == is_there; });
  }
  void wait_until_nothing_is_left() {
    wait_until_so([&] {
      const auto counts = world.counts();
      return std::ranges::all_of(live::kKubernetesKinds, [&](Kind kind) { return counts.at(kind) == 0; });
    });
  }

  // Of a pod.
  live::Version last_change(const std::string& id) const {
    for (const auto& change : world.snapshot({.kinds = {Kind::pod}, .clusters = {}, .labels = {}}).objects) {
      if (change->subject.id == id) {
        return change->version;
      }
    }
    return 0;
  }

  static Json pod(const std::string& name) {
    return {{"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", {{"name", name}, {"namespace", "default"}}},
            {"spec", {{"containers", Json::array({{{"name", "c"}, {"image", "web:1"}}})}}}};
  }
  static Json service(const std::string& name) {
    return {{"apiVersion", "v1"},
            {"kind", "Service"},
            {"metadata", {{"name", name}, {"namespace", "default"}}},
            {"spec", {{"type", "ClusterIP"}}}};
  }
  static auto asked_for_pods(const FakeKubernetes& api) {
    return std::ranges::count(api.requests(), "GET /api/v1/pods -> 200");
  }

 private:
  std::jthread following_;
};

}  // namespace

TEST_CASE_METHOD(KubeFixture,
                 "Kubernetes: what a cluster runs is told from its creation on, and goes with it", "[live]") {
  follow();
  create(spec("demo", 1), options());
  wait_until_so([&] { return fact(Kind::pod, kEtcdPod, "phase") == "Running"; });
  wait_until_so([&] { return fact(Kind::kube_node, "demo/demo-worker", "ready") == "true"; });
  wait_until_so([&] { return has(Kind::deployment, "demo/kube-system/coredns"); });
  const auto api = nodes.api("demo-control-plane");
  api->create(kServices, service("web"));
  wait_until_so([&] { return has(Kind::service, "demo/default/web"); });
  api->create(kPods, pod("web"));
  wait_until_so([&] { return fact(Kind::pod, "demo/default/web", "ready") == "1/1"; });
  CHECK(fact(Kind::pod, "demo/default/web", "images") == "web:1");
  api->remove(std::string(kPods) + "/web");
  wait_for_pod("web", false);
  remove("demo");
  wait_until_nothing_is_left();
}

TEST_CASE_METHOD(KubeFixture,
                 "Kubernetes: an expired version leads to a new list, and tells only what differs",
                 "[live]") {
  const auto api = follow_cluster();
  api->create(kPods, pod("same"));
  wait_until_so([&] { return fact(Kind::pod, "demo/default/same", "ready") == "1/1"; });
  const auto asked = asked_for_pods(*api);
  const auto version = last_change("demo/default/same");
  api->end_watches(true);
  wait_until_seen("a new watch", [&] { return asked_for_pods(*api) == asked + 2; });
  CHECK(last_change("demo/default/same") == version);
  api->create(kPods, pod("web"));
  wait_for_pod("web");
}

TEST_CASE_METHOD(KubeFixture, "Kubernetes: a list and a watch are all that a cluster is asked for",
                 "[live]") {
  create(spec("demo"), options());
  const auto api = nodes.api("demo-control-plane");
  const auto before = asked_for_pods(*api);
  follow();
  wait_for_state("Connected");
  api->create(kPods, pod("web"));
  wait_for_pod("web");
  CHECK(asked_for_pods(*api) == before + 2);
}

TEST_CASE_METHOD(KubeFixture,
                 "Kubernetes: while an API is away its objects stay, and what it missed is told after",
                 "[live]") {
  const auto api = follow_cluster();
  api->create(kPods, pod("old"));
  wait_for_pod("old");
  api->set_starting(true);
  api->end_watches();
  wait_for_state("Away");
  CHECK(has(Kind::pod, "demo/default/old"));
  CHECK(has(Kind::pod, kEtcdPod));
  api->remove(std::string(kPods) + "/old");
  api->create(kPods, pod("new"));
  api->set_starting(false);
  wait_for_state("Connected");
  CHECK(has(Kind::pod, "demo/default/new"));
  CHECK_FALSE(has(Kind::pod, "demo/default/old"));
  CHECK(fact(Kind::kube_api, "demo", "detail").empty());
}

TEST_CASE_METHOD(KubeFixture, "Kubernetes: an API that is dead stops nobody else", "[live]") {
  const auto dead = follow_cluster();
  const auto other = follow_cluster("other");
  dead->die();
  wait_until_so([&] { return fact(Kind::kube_api, "demo", "detail") == "nobody listens"; });
  other->create(kPods, pod("web"));
  wait_for_pod("web", true, "other");
  CHECK(has(Kind::pod, kEtcdPod));
  engine.kill_container("demo-control-plane", "KILL", {});
  wait_until_so([&] { return !has(Kind::kube_api, "demo") && !has(Kind::pod, kEtcdPod); });
  CHECK(has(Kind::pod, "other/default/web"));
}

TEST_CASE_METHOD(KubeFixture,
                 "Kubernetes: of a stopped cluster nothing is left, and all is back after its start",
                 "[live]") {
  follow_cluster();
  change(Verb::stop);
  wait_until_nothing_is_left();
  change(Verb::start);
  wait_for_state("Connected");
  wait_until_so([&] { return has(Kind::pod, kEtcdPod); });
}

TEST_CASE_METHOD(KubeFixture, "Kubernetes: a paused cluster stays as it is", "[live]") {
  follow_cluster();
  change(Verb::pause);
  wait_until_so([&] { return fact(Kind::kube_api, "demo", "detail") == "the cluster is paused"; });
  CHECK(has(Kind::pod, kEtcdPod));
  change(Verb::resume);
  wait_for_state("Connected");
  nodes.api("demo-control-plane")->create(kPods, pod("web"));
  wait_for_pod("web");
}

TEST_CASE_METHOD(KubeFixture, "Kubernetes: what kubeadm has made is followed as well", "[live]") {
  follow();
  create(spec("demo"), options(cluster::Bootstrap::kubeadm));
  wait_for_state("Connected");
  CHECK(has(Kind::kube_node, "demo/demo-control-plane"));
}

TEST_CASE_METHOD(KubeFixture, "Kubernetes: nobody is asked about what is not wished for", "[live]") {
  create(spec("demo"), options());
  const auto api = nodes.api("demo-control-plane");
  api->create(kServices, service("web"));
  const auto before = api->requests().size();
  const auto pods = asked_for_pods(*api);
  feed::KubeFeed nothing(host, {.kinds = {Kind::pod}, .clusters = {"other"}, .labels = {}}, world);
  nothing.see(host.nodes("", {}));
  CHECK(api->requests().size() == before);
  feed::KubeFeed services(host, {.kinds = {Kind::service}, .clusters = {}, .labels = {}}, world);
  services.see(host.nodes("", {}));
  wait_for_state("Connected");
  CHECK(has(Kind::service, "demo/default/web"));
  CHECK(asked_for_pods(*api) == pods);
}

}  // namespace ingot::testing
