// SPDX-License-Identifier: Apache-2.0
// Whole clusters over the fake engine.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace ingot;
using cluster::Bootstrap;
using testing::ClusterFixture;
using Names = std::vector<std::string>;

TEST_CASE_METHOD(ClusterFixture, "a cluster is made, listed, seen healthy and removed", "[engine]") {
  const Bootstrap bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  const auto result = create(spec("one", 1), options(bootstrap));
  CHECK(result.bootstrap == bootstrap);
  CHECK(node_names() == Names{"one-control-plane", "one-worker"});
  CHECK(std::filesystem::exists(kubeconfig_path()));
  const auto clusters = session.list_clusters({});
  REQUIRE(clusters.size() == 1);
  CHECK(clusters.front().name == "one");
  CHECK(clusters.front().running == 2);
  const auto status = session.cluster_status("one", {});
  REQUIRE(status.nodes.size() == 2);
  CHECK(status.nodes[0].state == "Ready");
  CHECK(status.nodes[1].state == "Ready");
  const auto removed = remove("one");
  CHECK(removed.nodes.size() == 2);
  CHECK(fake.containers().empty());
  CHECK(session.list_clusters({}).empty());
}

TEST_CASE_METHOD(ClusterFixture, "several control planes have a load balancer before them, which users reach",
                 "[engine]") {
  const Bootstrap bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  const auto result = create(spec("ha", 1, 3), options(bootstrap));
  CHECK(node_names() == Names{"ha-control-plane", "ha-control-plane2", "ha-control-plane3",
                              "ha-external-load-balancer", "ha-worker"});
  CHECK(session.cluster_kubeconfig("ha", false, {}).find(result.endpoint) != std::string::npos);
  CHECK(session.cluster_kubeconfig("ha", true, {}).find("https://ha-external-load-balancer:6443") !=
        std::string::npos);
  CHECK(fake.file("ha-control-plane3", "/etc/kubernetes/pki/etcd/ca.key") ==
        fake.file("ha-control-plane", "/etc/kubernetes/pki/etcd/ca.key"));
  const auto status = session.cluster_status("ha", {});
  CHECK(status.endpoint == result.endpoint);
  REQUIRE(status.nodes.size() == 5);
  CHECK(status.nodes[3].role == "external-load-balancer");
  CHECK(status.nodes[3].state == "Running");
  const auto summary = session.list_clusters({}).at(0);
  CHECK(summary.control_planes == 3);
  CHECK(summary.running == 4);
  CHECK(remove("ha").nodes.size() == 5);
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(ClusterFixture, "a deletion keeps to its time", "[engine]") {
  create(spec("one"), options());
  const auto held = fake.faults().hold({.method = "DELETE", .path = "/containers/[^/]+"});
  auto limited = delete_options();
  limited.timeout = std::chrono::milliseconds(50);
  try {
    session.delete_cluster("one", limited, {}, events);
    FAIL("deleted");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::timed_out);
    CHECK(error.failure().remedy == "ingot cluster delete one");
  }
  held->release();
  remove("one");
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(ClusterFixture, "a native cluster has all of kubeadm's objects, and its nodes their files",
                 "[engine]") {
  create(spec("one"), options());
  const auto api = nodes.api("one-control-plane");
  REQUIRE(api != nullptr);
  CHECK(api->get("/api/v1/nodes/one-control-plane"));
  CHECK(api->get("/apis/apps/v1/namespaces/kube-system/deployments/coredns"));
  CHECK(api->get("/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy"));
  CHECK(api->get("/api/v1/namespaces/kube-system/configmaps/kubeadm-config"));
  CHECK(api->get("/apis/storage.k8s.io/v1/storageclasses/standard"));
  CHECK(fake.file("one-control-plane", "/etc/kubernetes/admin.conf"));
  CHECK(fake.file("one-control-plane", "/etc/kubernetes/manifests/etcd.yaml"));
}
