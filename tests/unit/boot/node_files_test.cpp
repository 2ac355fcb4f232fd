// SPDX-License-Identifier: Apache-2.0
#include "boot/node_files.hpp"

#include "boot/api_door.hpp"
#include "unit/boot/boot_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::boot::test {

namespace {

struct Booted {
  ClusterBoot cluster;
  pki::ClusterPki pki;
  NodeBoot control_plane;
  NodeBoot worker;
};

Booted booted() {
  const auto nodes = input(1).nodes;
  Booted made{.cluster = {.names = input().names,
                          .service_address = "10.96.0.1",
                          .kubeadm_config = "clusterName: ingot-placeholder-cluster\n",
                          .mtu = 1500},
              .pki = pki::make_cluster_pki({.control_planes = {{"a-control-plane", "172.18.128.2"}},
                                            .workers = {{"a-worker", "172.18.128.3"}},
                                            .service_address = "10.96.0.1"}),
              .control_plane = nodes[0],
              .worker = nodes[1]};
  made.worker.labels = {"disk=ssd", "zone=b"};
  return made;
}

std::map<std::string, tar::File> by_path(std::vector<tar::File> files) {
  std::map<std::string, tar::File> sorted;
  for (auto& file : files) {
    const std::string path = file.path;
    INFO(path);
    CHECK(path.starts_with('/'));
    CHECK(sorted.emplace(path, std::move(file)).second);  // no file twice
  }
  return sorted;
}

std::map<std::string, tar::File> control_plane() {
  const Booted b = booted();
  return by_path(control_plane_files(b.cluster, b.control_plane, rendering(), b.pki));
}

std::vector<tar::File> files_of_worker(const Booted& b, const Rendering& rendering) {
  return worker_files(b.cluster, b.worker, rendering, b.pki.authorities.kubernetes.certificate(),
                      b.pki.nodes.at(b.worker.name));
}

std::map<std::string, tar::File> worker() {
  return by_path(files_of_worker(booted(), rendering()));
}

}  // namespace

TEST_CASE("nodes share out the pod subnet as the controller manager would", "[boot]") {
  const auto [subnet, index, expected] = GENERATE(table<std::string, std::size_t, std::string>({
      {"10.244.0.0/16", 0, "10.244.0.0/24"},
      {"10.244.0.0/16", 1, "10.244.1.0/24"},
      {"10.244.0.0/16", 255, "10.244.255.0/24"},
      {"10.244.7.9/16", 2, "10.244.2.0/24"},
      {"192.168.5.0/24", 0, "192.168.5.0/24"},
      {"10.0.0.0/8", 300, "10.1.44.0/24"},
      {"fd00:10:244::/56", 0, "fd00:10:244::/64"},
      {"fd00:10:244::/56", 1, "fd00:10:244:1::/64"},
      {"fd00:10:244::/56", 255, "fd00:10:244:ff::/64"},
  }));
  CHECK(pod_cidrs(subnet, index) == std::vector{expected});
}

TEST_CASE("in a dual-stack cluster a node has a share of each pod subnet, in their order", "[boot]") {
  using Texts = std::vector<std::string>;
  CHECK(pod_cidrs("10.244.0.0/16,fd00:10:244::/56", 2) == Texts{"10.244.2.0/24", "fd00:10:244:2::/64"});
  CHECK(pod_cidrs("fd00:10:244::/56,10.244.0.0/16", 0) == Texts{"fd00:10:244::/64", "10.244.0.0/24"});
}

TEST_CASE("a pod subnet that has no share for a node is refused by name", "[boot]") {
  const auto [subnet, index] = GENERATE(table<std::string, std::size_t>({
      {"10.244.0.0/16", 256},
      {"192.168.5.0/24", 1},
      {"192.168.5.0/25", 0},
      {"fd00:10:244::/56", 256},
      {"fd00:10:244::/65", 0},
      {"10.244.0.0/16,", 0},
      {"10.244.0.0/16,fd00:10:244::/64", 1},
      {"10.244.0.0", 0},
      {"nonsense", 0},
      {"", 0},
  }));
  CHECK(ending_of([&] { std::ignore = pod_cidrs(subnet, index); }) == "invalid-input");
}

TEST_CASE("kubelet waits for containerd and for the slices it uses", "[boot]") {
  const auto files = unit_files("", "");
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "/etc/systemd/system/kubelet.service.d/20-ingot.conf");
  CHECK(files[0].content ==
        "[Unit]\n"
        "After=containerd.service kubelet.slice kubelet-kubepods.slice kubelet-kubepods-burstable.slice "
        "kubelet-kubepods-besteffort.slice\n"
        "Wants=containerd.service kubelet.slice kubelet-kubepods.slice kubelet-kubepods-burstable.slice "
        "kubelet-kubepods-besteffort.slice\n");
}

TEST_CASE("the API's service address leads to a control plane before kube-proxy runs", "[boot]") {
  const std::string unit = unit_files("10.96.0.1", "172.18.128.2").at(0).content;
  for (const auto* chain : {"OUTPUT", "PREROUTING"}) {
    const std::string command =
        std::string("ExecStartPre=-/bin/sh -c \"iptables -w -t nat -A ") + chain +
        " -d 10.96.0.1/32 -p tcp --dport 443 -j DNAT --to-destination 172.18.128.2:6443\"\n";
    CHECK(unit.find(command) != std::string::npos);
  }
  CHECK(unit.find("[Service]") < unit.find("ExecStartPre"));
}

TEST_CASE("an IPv6 API's service address leads to a control plane as well", "[boot]") {
  const std::string unit = unit_files("fd00:10:96::1", "fc00:f853:ccd:e793:8000::2").at(0).content;
  CHECK(
      unit.find(
          "ExecStartPre=-/bin/sh -c \"ip6tables -w -t nat -A OUTPUT -d fd00:10:96::1/128 -p tcp --dport 443 "
          "-j DNAT --to-destination [fc00:f853:ccd:e793:8000::2]:6443\"\n") != std::string::npos);
}

TEST_CASE("a dual-stack node has routes to other nodes' pods of both families", "[boot]") {
  Booted b = booted();
  b.control_plane.addresses = {"172.18.128.2", "fc00::2"};
  b.control_plane.pod_cidrs = {"fd00:10:244::/64", "10.244.0.0/24"};
  b.worker.addresses = {"172.18.128.3", "fc00::3"};
  b.worker.pod_cidrs = {"fd00:10:244:1::/64", "10.244.1.0/24"};
  b.cluster.nodes = {b.control_plane, b.worker};
  const auto files = by_path(files_of_worker(b, rendering()));
  CHECK(files.at("/etc/systemd/system/kubelet.service.d/20-ingot.conf")
            .content.find("ip route replace fd00:10:244::/64 via fc00::2; ip route replace 10.244.0.0/24 via "
                          "172.18.128.2\"\n") != std::string::npos);
}

TEST_CASE("an IPv6 control plane is found by its own address, in brackets", "[boot]") {
  Booted b = booted();
  b.control_plane.addresses = {"fc00::2"};
  b.cluster.names.address = "";
  b.cluster.names.ipv6 = "fc00::2";
  b.cluster.service_address = "fd00:10:96::1";
  auto rendered = rendering();
  rendered.kubelet_flags = "--node-ip=" + Names().ipv6;
  const auto files = by_path(control_plane_files(b.cluster, b.control_plane, rendered, b.pki));
  CHECK(files.at("/etc/kubernetes/kubelet.conf").content.find("server: https://[fc00::2]:6443\n") !=
        std::string::npos);
  CHECK(files.at("/var/lib/kubelet/kubeadm-flags.env").content == "--node-ip=fc00::2");
}

TEST_CASE("where nothing shall lead to the API's service address, nothing does", "[boot]") {
  Booted b = booted();
  b.cluster.service_address = "";
  const auto files = by_path(control_plane_files(b.cluster, b.control_plane, rendering(), b.pki));
  CHECK(files.at("/etc/systemd/system/kubelet.service.d/20-ingot.conf").content.find("tables") ==
        std::string::npos);
}

TEST_CASE("pods of other nodes are reached before the network's daemon runs, where its ways are known",
          "[boot]") {
  Booted b = booted();
  b.cluster.nodes = {b.control_plane, b.worker};
  constexpr const char* kDropin = "/etc/systemd/system/kubelet.service.d/20-ingot.conf";
  const auto unit = [&](const std::vector<tar::File>& files) { return by_path(files).at(kDropin).content; };
  CHECK(unit(control_plane_files(b.cluster, b.control_plane, rendering(), b.pki))
            .find("ip route replace 10.244.1.0/24 via 172.18.128.3\"\n") != std::string::npos);
  CHECK(unit(files_of_worker(b, rendering())).find("ip route replace 10.244.0.0/24 via 172.18.128.2\"\n") !=
        std::string::npos);
  auto unknown = rendering();
  unknown.cni.clear();
  CHECK(unit(files_of_worker(b, unknown)).find("ip route") == std::string::npos);
}

TEST_CASE("a control plane gets what kubeadm init leaves on it", "[boot]") {
  const auto files = control_plane();
  for (const auto* path : {"/etc/kubernetes/admin.conf",
                           "/etc/kubernetes/super-admin.conf",
                           "/etc/kubernetes/controller-manager.conf",
                           "/etc/kubernetes/scheduler.conf",
                           "/etc/kubernetes/kubelet.conf",
                           "/etc/kubernetes/manifests/etcd.yaml",
                           "/etc/kubernetes/manifests/kube-apiserver.yaml",
                           "/etc/kubernetes/pki/ca.crt",
                           "/etc/kubernetes/pki/ca.key",
                           "/etc/kubernetes/pki/apiserver.crt",
                           "/etc/kubernetes/pki/apiserver.key",
                           "/etc/kubernetes/pki/apiserver-kubelet-client.crt",
                           "/etc/kubernetes/pki/apiserver-etcd-client.crt",
                           "/etc/kubernetes/pki/front-proxy-ca.crt",
                           "/etc/kubernetes/pki/front-proxy-client.key",
                           "/etc/kubernetes/pki/sa.key",
                           "/etc/kubernetes/pki/sa.pub",
                           "/etc/kubernetes/pki/etcd/ca.crt",
                           "/etc/kubernetes/pki/etcd/server.crt",
                           "/etc/kubernetes/pki/etcd/peer.key",
                           "/etc/kubernetes/pki/etcd/healthcheck-client.crt",
                           "/var/lib/kubelet/config.yaml",
                           "/var/lib/kubelet/kubeadm-flags.env",
                           "/var/lib/kubelet/instance-config.yaml",
                           "/var/lib/kubelet/pki/kubelet-client-current.pem",
                           "/kind/kubeadm.conf",
                           "/etc/cni/net.d/10-kindnet.conflist"}) {
    INFO(path);
    CHECK(files.contains(path));
  }
}

TEST_CASE("controller manager and scheduler come when the API server answers, and not before", "[boot]") {
  const Booted b = booted();
  const auto late = by_path(controller_files(b.cluster, b.control_plane, rendering()));
  const auto first = control_plane();
  CHECK(late.size() == 2);
  for (const auto* name : {"kube-controller-manager.yaml", "kube-scheduler.yaml"}) {
    const auto path = std::string("/etc/kubernetes/manifests/") + name;
    INFO(path);
    REQUIRE(late.contains(path));
    CHECK(late.at(path).content.find("172.18.128.2:2379") != std::string::npos);
    CHECK_FALSE(first.contains(path));
  }
}

TEST_CASE("with several control planes all etcd members begin together, and only the first one's API server",
          "[boot]") {
  Booted b = booted();
  NodeBoot second = b.control_plane;
  second.name = "a-control-plane2";
  second.addresses = {"172.18.128.9"};
  b.cluster.nodes = {b.control_plane, second, b.worker};
  b.pki = pki::make_cluster_pki({.control_planes = {{b.control_plane.name, b.control_plane.addresses.front()},
                                                    {second.name, second.addresses.front()}},
                                 .workers = {{"a-worker", "172.18.128.3"}},
                                 .service_address = "10.96.0.1",
                                 .control_plane_endpoint = "a-external-load-balancer"});
  b.cluster.names.endpoint = "a-external-load-balancer";
  auto etcd = rendering();
  etcd.static_pods["etcd.yaml"] =
      "- --initial-cluster=ingot-placeholder-control-plane=https://192.0.2.254:2380\n- --name=x\n";
  const std::string members =
      "- --initial-cluster=a-control-plane=https://172.18.128.2:2380,"
      "a-control-plane2=https://172.18.128.9:2380\n- --name=x\n";
  const auto first_files = by_path(control_plane_files(b.cluster, b.control_plane, etcd, b.pki));
  const auto second_files = by_path(control_plane_files(b.cluster, second, etcd, b.pki));
  for (const auto& files : {first_files, second_files}) {
    CHECK(files.at("/etc/kubernetes/manifests/etcd.yaml").content == members);
    CHECK(files.at("/etc/kubernetes/admin.conf")
              .content.find("server: https://a-external-load-balancer:6443") != std::string::npos);
  }
  CHECK(second_files.at("/etc/kubernetes/kubelet.conf").content.find("server: https://172.18.128.9:6443") !=
        std::string::npos);
  constexpr const char* kApiServer = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  CHECK(first_files.contains(kApiServer));
  CHECK_FALSE(second_files.contains(kApiServer));
  CHECK(by_path(controller_files(b.cluster, second, etcd)).contains(kApiServer));
}

TEST_CASE("etcd members of an IPv6 cluster name one another in brackets", "[boot]") {
  Booted b = booted();
  b.control_plane.addresses = {"fc00::2"};
  NodeBoot second = b.control_plane;
  second.name = "a-control-plane2";
  second.addresses = {"fc00::9"};
  b.cluster.nodes = {b.control_plane, second};
  auto etcd = rendering();
  etcd.static_pods["etcd.yaml"] = "- --initial-cluster=x\n";
  CHECK(by_path(control_plane_files(b.cluster, b.control_plane, etcd, b.pki))
            .at("/etc/kubernetes/manifests/etcd.yaml")
            .content ==
        "- --initial-cluster=a-control-plane=https://[fc00::2]:2380,"
        "a-control-plane2=https://[fc00::9]:2380\n");
}

TEST_CASE("a worker gets neither manifests nor keys of the cluster", "[boot]") {
  const auto files = worker();
  for (const auto& [path, file] : files) {
    INFO(path);
    CHECK_FALSE(path.starts_with("/etc/kubernetes/manifests/"));
    CHECK((!path.starts_with("/etc/kubernetes/pki/") || path == "/etc/kubernetes/pki/ca.crt"));
    CHECK((!path.starts_with("/etc/kubernetes/") || !path.ends_with(".conf") ||
           path == "/etc/kubernetes/kubelet.conf"));
  }
  CHECK(files.contains("/etc/kubernetes/kubelet.conf"));
  CHECK(files.contains("/var/lib/kubelet/config.yaml"));
}

TEST_CASE("whoever is not root reads no secret of a node", "[boot]") {
  for (const auto& files : {control_plane(), worker()}) {
    for (const auto& [path, file] : files) {
      INFO(path);
      const bool secret = file.content.find("PRIVATE KEY") != std::string::npos ||
                          path.ends_with("/sa.pub") ||
                          file.content.find("client-key-data") != std::string::npos;
      CHECK((!secret || file.mode == 0600));
    }
  }
}

TEST_CASE("no placeholder is left in any file", "[boot]") {
  const Names placeholders;
  for (const auto& files : {control_plane(), worker()}) {
    for (const auto& [path, file] : files) {
      INFO(path);
      for (const auto& text : {placeholders.cluster, placeholders.node, placeholders.address,
                               placeholders.ipv6, placeholders.endpoint, placeholders.labels}) {
        CHECK(file.content.find(text) == std::string::npos);
      }
    }
  }
}

TEST_CASE("each node's kubelet is told its own name, address and labels", "[boot]") {
  CHECK(worker().at("/var/lib/kubelet/kubeadm-flags.env").content ==
        "KUBELET_KUBEADM_ARGS=\"--hostname-override=a-worker --node-ip=172.18.128.3 "
        "--provider-id=kind://docker/a/a-worker --node-labels=disk=ssd,zone=b\"\n");
  CHECK(control_plane().at("/var/lib/kubelet/kubeadm-flags.env").content.ends_with("--node-labels=\"\n"));
}

TEST_CASE("kubelets find the API server: a control plane's its own, a worker's the cluster's", "[boot]") {
  const auto server_of = [](const std::map<std::string, tar::File>& files, const std::string& path) {
    const auto& text = files.at(path).content;
    const auto at = text.find("server: ") + 8;
    return text.substr(at, text.find('\n', at) - at);
  };
  const auto first = control_plane();
  CHECK(server_of(first, "/etc/kubernetes/kubelet.conf").find("https://172.18.128.2:6443") !=
        std::string::npos);
  CHECK(server_of(first, "/etc/kubernetes/admin.conf").find("https://a-control-plane:6443") !=
        std::string::npos);
  CHECK(server_of(first, "/etc/kubernetes/scheduler.conf").find("https://172.18.128.2:6443") !=
        std::string::npos);
  CHECK(server_of(worker(), "/etc/kubernetes/kubelet.conf").find("https://a-control-plane:6443") !=
        std::string::npos);
}

TEST_CASE("kubelet's client certificate lies where kubelet replaces it", "[boot]") {
  const auto files = worker();
  const auto& current = files.at("/var/lib/kubelet/pki/kubelet-client-current.pem");
  REQUIRE(files.contains(current.link_target));
  const auto& pem = files.at(current.link_target);
  CHECK(pem.mode == 0600);
  CHECK(pem.content.find("BEGIN CERTIFICATE") < pem.content.find("PRIVATE KEY"));
  CHECK(files.at("/etc/kubernetes/kubelet.conf").content.find(current.path) != std::string::npos);
}

TEST_CASE("only control planes keep clients of the API server waiting at a door", "[boot]") {
  const auto first = control_plane();
  const auto second = worker();
  for (const auto& file : api_door_files()) {
    CHECK(first.contains(file.path));
    CHECK_FALSE(second.contains(file.path));
  }
}

// Found on a real node: it took 28 s to start again, 20 of them at its own closed door.
TEST_CASE("at later boots nobody waits at the door before the static pods run", "[boot]") {
  const auto files = control_plane();
  const auto& socket = files.at("/etc/systemd/system/ingot-api-door.socket").content;
  CHECK(socket.find("ConditionPathExists=|!/var/lib/kubelet/pods\n") != std::string::npos);
  CHECK(socket.find("ConditionPathExists=|/run/ingot-api-door\n") != std::string::npos);
  const auto& later = files.at("/etc/systemd/system/kubelet.service.wants/ingot-api-door-later.service");
  const auto& unit = files.at(later.link_target).content;
  CHECK(unit.find("ConditionPathExists=/var/lib/kubelet/pods\n") != std::string::npos);
  CHECK(unit.find("/usr/local/lib/ingot-api-door-later\n") != std::string::npos);
  CHECK(files.contains("/usr/local/lib/ingot-api-door-later"));
}

}  // namespace ingot::boot::test
