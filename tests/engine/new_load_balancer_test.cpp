// SPDX-License-Identifier: Apache-2.0
// A cluster that was created with one control plane gets more: a load balancer before them, and everything
// that led to the first one leads there.
#include "docker/engine.hpp"
#include "engine/control_planes_fixture.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/host.hpp"
#include "pki/inspect.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot;
using Catch::Matchers::Contains;
using testing::ClusterFixture;
using testing::ControlPlanes;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kFirst = "one-control-plane";
constexpr const char* kBalancer = "one-external-load-balancer";
constexpr const char* kMaps = "/api/v1/namespaces/kube-system/configmaps/";

class OneControlPlane : public ControlPlanes {
 public:
  OneControlPlane() : ControlPlanes(1) {}

  [[nodiscard]] std::string file(const std::string& node, const std::string& path) const {
    return fake.file(node, path).value_or("");
  }
  void write(const std::string& node, const std::string& path, const std::string& content) {
    docker::Engine(fake.address()).put_archive(node, "/", tar::pack({{path, content}}), {});
  }
  // What of the cluster says where the API is.
  [[nodiscard]] Names told() const {
    const auto api = nodes.api(kFirst);
    const auto map = [&](const std::string& path, const char* key) {
      return api->get(path)->at("data").at(key).get<std::string>();
    };
    return {file("one-worker", "/etc/kubernetes/kubelet.conf"),
            file(kFirst, "/etc/kubernetes/admin.conf"),
            file(kFirst, "/etc/kubernetes/super-admin.conf"),
            file(kFirst, "/kind/kubeadm.conf"),
            map(kMaps + std::string("kube-proxy"), "kubeconfig.conf"),
            map(kMaps + std::string("kubeadm-config"), "ClusterConfiguration"),
            map("/api/v1/namespaces/kube-public/configmaps/cluster-info", "kubeconfig"),
            api->get("/apis/apps/v1/namespaces/kube-system/daemonsets/kindnet")->at("spec").dump()};
  }
  [[nodiscard]] int count_of(const std::string& name) const {
    const auto texts = told();
    return static_cast<int>(std::ranges::count_if(
        texts, [&](const std::string& text) { return text.find(name + ":6443") != std::string::npos; }));
  }
  [[nodiscard]] std::string server() const {
    return kubeconfig::find_access(kubeconfig_path(), "kind-one")->server;
  }
  [[nodiscard]] std::string published(const std::string& container) const {
    docker::Engine engine(fake.address());
    return "https://127.0.0.1:" +
           std::to_string(engine.inspect_container(container, {})->ports.front().host_port);
  }
  [[nodiscard]] Names proxies() const {
    Names names;
    for (const auto& pod : nodes.api(kFirst)->list("/api/v1/namespaces/kube-system/pods")) {
      const auto name = pod.at("metadata").at("name").get<std::string>();
      if (name.starts_with("kube-proxy")) {
        names.push_back(name);
      }
    }
    return names;
  }
};

const Names kTwo = {kFirst, "one-control-plane2", kBalancer, "one-worker"};

}  // namespace

TEST_CASE_METHOD(OneControlPlane, "a cluster that was created with one control plane gets more", "[engine]") {
  const auto before = server();
  const auto old_proxies = proxies();
  CHECK(count_of(kFirst) == 8);
  CHECK_THAT(session.plan_workers(to(3), how(), {}),
             Contains("load-balancer/create <-") && Contains("etcd/pace") && Contains("one-worker/lead"));
  const auto up = scale_to(3);
  CHECK(up.added == Names{"one-control-plane2", "one-control-plane3"});
  CHECK(node_names() == Names{kFirst, "one-control-plane2", "one-control-plane3", kBalancer, "one-worker"});
  CHECK(etcd->names() == Names{kFirst, "one-control-plane2", "one-control-plane3"});

  CHECK(count_of(kFirst) == 0);
  CHECK(count_of(kBalancer) == 8);
  CHECK(server() == published(kBalancer));
  CHECK(published(kFirst) == before);
  for (const auto* node : {kFirst, "one-control-plane2"}) {
    const auto names = pki::alternative_names(file(node, "/etc/kubernetes/pki/apiserver.crt"));
    CHECK(std::ranges::find(names, kBalancer) != names.end());
    const auto address = fake.containers_with_label("io.x-k8s.kind.role=external-load-balancer").front();
    CHECK(std::ranges::find(names, address.labels.at("dev.ingot.address")) != names.end());
    const auto manifest = file(node, "/etc/kubernetes/manifests/etcd.yaml");
    CHECK_THAT(manifest, Contains("--name=") && !Contains("heartbeat-interval"));
  }
  CHECK_THAT(file("one-control-plane2", "/etc/kubernetes/admin.conf"), Contains(kBalancer));
  CHECK_THAT(file(kBalancer, "/etc/haproxy/haproxy.cfg"), Contains("server one-control-plane3 "));
  for (const auto& proxy : proxies()) {
    CHECK(std::ranges::find(old_proxies, proxy) == old_proxies.end());
  }

  CHECK_FALSE(scale_to(3).changed());
  CHECK(session.plan_workers(to(3), how(), {}).empty());
}

TEST_CASE_METHOD(OneControlPlane, "its load balancer stays when there is one control plane again",
                 "[engine]") {
  scale_to(2);
  scale_to(1);
  CHECK(node_names() == Names{kFirst, kBalancer, "one-worker"});
  CHECK(count_of(kBalancer) == 8);
  CHECK(scale_to(2).added == Names{"one-control-plane2"});
}

TEST_CASE_METHOD(OneControlPlane, "workers that come with them reach the API through the load balancer",
                 "[engine]") {
  auto both = to(2);
  both.workers = 2;
  session.change_workers(both, how(), {}, events);
  CHECK_THAT(file("one-worker2", "/etc/kubernetes/kubelet.conf"), Contains(kBalancer));
}

TEST_CASE_METHOD(OneControlPlane, "with as many control planes as there are nothing of it is made",
                 "[engine]") {
  CHECK_FALSE(scale_to(1).changed());
  CHECK(count_of(kFirst) == 8);
  CHECK(node_names() == Names{kFirst, "one-worker"});
}

TEST_CASE_METHOD(OneControlPlane,
                 "what a killed change to several control planes left is finished by the next one",
                 "[engine]") {
  SECTION("a load balancer that was never started") {
    docker::Engine engine(fake.address());
    const auto image = engine.inspect_container(kFirst, {})->image;
    node::Host(engine).create({.cluster = "one",
                               .name = kBalancer,
                               .role = "external-load-balancer",
                               .image = image,
                               .network = "kind",
                               .program = {"haproxy"}},
                              {}, {});
    SECTION("which nobody wants any more") {
      scale_to(1);
      CHECK(node_names() == Names{kFirst, "one-worker"});
    }
  }
  SECTION("a kubelet that was not told") {
    const auto path = "/etc/kubernetes/kubelet.conf";
    const auto old = file("one-worker", path);
    scale_to(2);
    write("one-worker", path, old);
  }
  SECTION("pods of kube-proxy that have not read what they are told") {
    scale_to(2);
    const auto old = proxies();
    nodes.api(kFirst)->merge(kMaps + std::string("kube-proxy"),
                             {{"metadata", {{"annotations", {{"dev.ingot.unread", "true"}}}}}});
    scale_to(2);
    CHECK(proxies() != old);
  }
  SECTION("a user's entry") {
    const auto old = server();
    scale_to(2);
    const auto ca = file(kFirst, "/etc/kubernetes/pki/ca.crt");
    kubeconfig::replace_server(kubeconfig_path(), "kind-one", ca, old, {});
  }
  scale_to(2);
  CHECK(node_names() == kTwo);
  CHECK(count_of(kBalancer) == 8);
  CHECK(server() == published(kBalancer));
  CHECK(session.plan_workers(to(2), how(), {}).empty());
}

TEST_CASE_METHOD(OneControlPlane, "an entry that somebody leads elsewhere is left alone", "[engine]") {
  const auto ca = file(kFirst, "/etc/kubernetes/pki/ca.crt");
  kubeconfig::replace_server(kubeconfig_path(), "kind-one", ca, "https://tunnel.example:443", {});
  scale_to(2);
  CHECK(server() == "https://tunnel.example:443");
}

TEST_CASE_METHOD(OneControlPlane, "the only control plane cannot be removed", "[engine]") {
  CHECK(refusal({.verb = scale::Verb::remove, .nodes = {kFirst}}).cause == "it is the only control plane");
}

TEST_CASE_METHOD(ClusterFixture, "nodes that look for names behind a proxy are told of no load balancer",
                 "[engine]") {
  auto with_proxy = options();
  with_proxy.proxy_env = {"HTTPS_PROXY=http://proxy.example:3128"};
  create(spec("one"), with_proxy);
  const scale::Request request{.verb = scale::Verb::add, .cluster = "one", .control_planes = 1};
  CHECK_THROWS_WITH(session.change_workers(request, {}, {}, events),
                    Contains("cannot get more control planes"));
  CHECK(node_names() == Names{kFirst});
}

// Not every one of some two hundred, which would take minutes: all kinds of them.
TEST_CASE("when the engine refuses a request, there is no load balancer or the cluster has it whole",
          "[engine]") {
  std::size_t count = 0;
  {
    OneControlPlane whole;
    const auto before = whole.fake.requests().size();
    whole.scale_to(2);
    count = whole.fake.requests().size() - before;
  }
  REQUIRE(count > 50);
  constexpr std::size_t kStride = 7;
  for (std::size_t nth = 1; nth <= count; nth += kStride) {
    OneControlPlane one;
    const auto before = one.server();
    one.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, "no space left on device");
    bool failed = false;
    try {
      one.scale_to(2);
    } catch (const base::Error& error) {
      failed = true;
      CHECK(error.failure().cause.find("no space left on device") != std::string::npos);
    }
    INFO("request " << nth << (failed ? " failed" : " was not needed"));
    CHECK(one.node_names() == (failed ? Names{kFirst, "one-worker"} : kTwo));
    CHECK(one.count_of(failed ? kFirst : kBalancer) == 8);
    CHECK(one.server() == (failed ? before : one.published(kBalancer)));
    one.scale_to(2);
    CHECK(one.node_names() == kTwo);
    CHECK(one.count_of(kBalancer) == 8);
    CHECK(one.server() == one.published(kBalancer));
  }
}
