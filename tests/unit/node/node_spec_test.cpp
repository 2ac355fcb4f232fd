// SPDX-License-Identifier: Apache-2.0
// The container that kind makes (kind 0.33, pkg/cluster/internal/providers/docker/provision.go), line by
// line.
#include "node/node_spec.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::node {

namespace {

NodeSpec worker() {
  return {.cluster = "a",
          .name = "a-worker",
          .role = "worker",
          .image = "kindest/node:v1.36.3",
          .network = "kind"};
}

NodeSpec control_plane() {
  NodeSpec node = worker();
  node.name = "a-control-plane";
  node.role = "control-plane";
  return node;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

}  // namespace

TEST_CASE("a node is the container that kind makes", "[node]") {
  const auto spec = to_container_spec(worker(), {});
  CHECK(spec.image == "kindest/node:v1.36.3");
  CHECK(spec.hostname == "a-worker");
  CHECK(spec.network == "kind");
  CHECK(spec.tty);
  CHECK(spec.privileged);
  CHECK(spec.init == std::optional<bool>(false));
  CHECK(spec.private_cgroup_namespace);
  CHECK(spec.restart_policy == "on-failure");
  CHECK(spec.restart_retries == 1);
  CHECK(spec.security_options == std::vector<std::string>{"seccomp=unconfined", "apparmor=unconfined"});
  CHECK(spec.tmpfs == std::map<std::string, std::string>{{"/tmp", ""}, {"/run", ""}});
  CHECK(spec.anonymous_volumes == std::vector<std::string>{"/var"});
  CHECK(spec.binds == std::vector<std::string>{"/lib/modules:/lib/modules:ro"});
  CHECK(spec.entrypoint.empty());  // the image's own
  CHECK(spec.command.empty());
  CHECK_FALSE(spec.auto_remove);
  CHECK_FALSE(spec.network_disabled);
  CHECK(spec.devices.empty());
  CHECK(spec.userns_mode.empty());
  CHECK(spec.sysctls.empty());
  CHECK(spec.ports.empty());
}

TEST_CASE("the engine restarts a node as often as it was asked for, and kind's way but once", "[node]") {
  NodeSpec node = worker();
  using Expected = std::tuple<const char*, const char*, int, std::string>;
  for (const auto& [wish, policy, retries, label] :
       {Expected("no", "no", 0, "no"), Expected("unless-stopped", "always", 0, "unless-stopped"),
        Expected("on-failure", "on-failure", 1, "")}) {
    node.restart_policy = wish;
    const auto spec = to_container_spec(node, {});
    CHECK(spec.restart_policy == policy);
    CHECK(spec.restart_retries == retries);
    CHECK(docker::label_of(spec.labels, kRestartLabel) == label);
  }
}

TEST_CASE("a load balancer ends well when an engine ends it, and comes back all the same", "[node]") {
  NodeSpec balancer = worker();
  balancer.role = kLoadBalancerRole;
  CHECK(to_container_spec(balancer, {}).restart_policy == "always");
  balancer.restart_policy = "no";
  CHECK(to_container_spec(balancer, {}).restart_policy == "no");
}

TEST_CASE("a node of a cluster with IPv6 may use and forward it, and keeps its address", "[node]") {
  auto node = worker();
  node.uses_ipv6 = true;
  node.address = "172.18.128.2";
  node.ipv6_address = "fc00:f853:ccd:e793:8000::8002";
  const auto spec = to_container_spec(node, {});
  CHECK(spec.sysctls == std::map<std::string, std::string>{{"net.ipv6.conf.all.disable_ipv6", "0"},
                                                           {"net.ipv6.conf.all.forwarding", "1"}});
  CHECK(spec.ipv4_address == "172.18.128.2");
  CHECK(spec.ipv6_address == "fc00:f853:ccd:e793:8000::8002");
  CHECK(spec.labels.at("dev.ingot.address6") == "fc00:f853:ccd:e793:8000::8002");
}

TEST_CASE("a node carries kind's labels, so that kind's tools find it", "[node]") {
  auto node = worker();
  node.labels = {{"dev.ingot.version", "1"}, {"io.x-k8s.kind.role", "not to be believed"}};
  const auto labels = to_container_spec(node, {}).labels;
  CHECK(labels.at("io.x-k8s.kind.cluster") == "a");
  CHECK(labels.at("io.x-k8s.kind.role") == "worker");
  CHECK(labels.at("dev.ingot.version") == "1");
  CHECK(labels.count("dev.ingot.address") == 0);
}

TEST_CASE("a pinned address is asked for and remembered in a label", "[node]") {
  auto node = worker();
  node.address = "172.18.128.7";
  const auto spec = to_container_spec(node, {});
  CHECK(spec.ipv4_address == "172.18.128.7");
  CHECK(spec.labels.at("dev.ingot.address") == "172.18.128.7");
}

TEST_CASE("kubectl in a control plane finds the administrator's kubeconfig, in a worker none", "[node]") {
  CHECK(has(to_container_spec(control_plane(), {}).env, "KUBECONFIG=/etc/kubernetes/admin.conf"));
  CHECK(to_container_spec(worker(), {}).env.empty());
}

TEST_CASE("the environment that the cluster asks for reaches the node", "[node]") {
  auto node = control_plane();
  node.env = {"HTTPS_PROXY=http://proxy:3128", "KIND_DNS_SEARCH="};
  const auto env = to_container_spec(node, {}).env;
  CHECK(has(env, "HTTPS_PROXY=http://proxy:3128"));
  CHECK(has(env, "KIND_DNS_SEARCH="));
  CHECK(env.size() == 3);
}

TEST_CASE("a runtime that gives GPUs to whoever asks gives a node none, unless its user asks", "[node]") {
  docker::EngineInfo info;
  info.default_runtime = "nvidia";
  const auto facts = to_facts(info);
  CHECK(has(to_container_spec(worker(), facts).env, "NVIDIA_VISIBLE_DEVICES=void"));
  auto node = worker();
  node.env = {"NVIDIA_VISIBLE_DEVICES=all"};
  CHECK(to_container_spec(node, facts).env == node.env);
  info.default_runtime = "runc";
  CHECK(to_container_spec(worker(), to_facts(info)).env.empty());
}

TEST_CASE("published ports are handed on as they are", "[node]") {
  auto node = control_plane();
  node.ports = {{.container_port = 6443, .protocol = "tcp", .host_address = "127.0.0.1", .host_port = 40001},
                {.container_port = 53, .protocol = "udp", .host_address = "0.0.0.0", .host_port = 5353}};
  const auto ports = to_container_spec(node, {}).ports;
  REQUIRE(ports.size() == 2);
  CHECK(ports[0].host_port == 40001);
  CHECK(ports[1].protocol == "udp");
}

TEST_CASE("extra mounts are binds in Docker's notation", "[node]") {
  const auto [read_only, options, bind] = GENERATE(table<bool, std::string, std::string>({
      {false, "", "/data:/mnt"},
      {true, "", "/data:/mnt:ro"},
      {false, "rslave", "/data:/mnt:rslave"},
      {true, "rshared", "/data:/mnt:ro,rshared"},
      {true, "Z,rslave", "/data:/mnt:ro,Z,rslave"},
  }));
  auto node = worker();
  node.mounts = {{.source = "/data", .target = "/mnt", .read_only = read_only, .propagation = options}};
  CHECK(to_container_spec(node, {}).binds == std::vector<std::string>{"/lib/modules:/lib/modules:ro", bind});
}

TEST_CASE("nodes see the device mapper where the engine's storage stands on it", "[node]") {
  const auto [driver, filesystem, rootless, expected] = GENERATE(table<std::string, std::string, bool, bool>({
      {"overlay2", "extfs", false, false},
      {"overlayfs", "", false, false},
      {"overlay2", "xfs", false, true},
      {"overlay2", "btrfs", false, true},
      {"overlay2", "zfs", false, true},
      {"btrfs", "", false, true},
      {"zfs", "", false, true},
      {"devicemapper", "extfs", false, true},
      {"btrfs", "btrfs", true, false},  // a rootless engine may not
  }));
  const EngineFacts facts{.storage_driver = driver, .backing_filesystem = filesystem, .rootless = rootless};
  CHECK(has(to_container_spec(worker(), facts).binds, "/dev/mapper:/dev/mapper") == expected);
}

TEST_CASE("under a rootless engine a node gets fuse, for its overlays", "[node]") {
  const auto spec = to_container_spec(worker(), {.rootless = true});
  REQUIRE(spec.devices.size() == 1);
  CHECK(spec.devices[0].host_path == "/dev/fuse");
  CHECK(spec.devices[0].container_path == "/dev/fuse");
}

TEST_CASE("an engine that remaps users is told not to for nodes", "[node]") {
  CHECK(to_container_spec(worker(), {.user_namespaces = true}).userns_mode == "host");
}

TEST_CASE("a node that waits runs the image's entrypoint only once its files are there", "[node]") {
  auto node = worker();
  node.wait_for_go = true;
  const auto spec = to_container_spec(node, {});
  REQUIRE(spec.entrypoint.size() == 3);
  CHECK(spec.entrypoint[0] == "/bin/sh");
  const auto& script = spec.entrypoint[2];
  CHECK(script.find("/kind/ingot-go") < script.find("exec /usr/local/bin/entrypoint /sbin/init"));
  CHECK(script.find("exec /usr/local/bin/entrypoint /sbin/init") != std::string::npos);
}

TEST_CASE("what an engine says of its security decides about rootless and remapped users", "[node]") {
  const auto [option, rootless, user_namespaces] = GENERATE(table<std::string, bool, bool>({
      {"name=rootless", true, false},
      {"name=rootless,foo=bar", true, false},
      {"name=userns", false, true},
      {"name=seccomp,profile=builtin", false, false},
      {"name=rootlesskit", false, false},
      {"", false, false},
  }));
  const auto facts =
      to_facts({.cgroup_version = "2", .storage_driver = "overlay2", .security_options = {option}});
  CHECK(facts.rootless == rootless);
  CHECK(facts.user_namespaces == user_namespaces);
  CHECK(facts.cgroup_version == "2");
  CHECK(facts.storage_driver == "overlay2");
}

}  // namespace ingot::node
