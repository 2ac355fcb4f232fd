// SPDX-License-Identifier: Apache-2.0
// A node to be (or the load balancer beside them), and what a Docker engine must be told to make it: exactly
// the container that kind makes (kind 0.33, pkg/cluster/internal/providers/docker/provision.go), so that
// kind's tools find and know our nodes.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::node {

// The labels are the only state. The first two are kind's.
inline constexpr std::string_view kClusterLabel = "io.x-k8s.kind.cluster";
inline constexpr std::string_view kRoleLabel = "io.x-k8s.kind.role";
inline constexpr std::string_view kVersionLabel = "dev.ingot.version";       // of the tool that made it
inline constexpr std::string_view kAddressLabel = "dev.ingot.address";       // the pinned IPv4 address
inline constexpr std::string_view kIpv6AddressLabel = "dev.ingot.address6";  // the pinned IPv6 address
inline constexpr std::string_view kBootstrapLabel = "dev.ingot.bootstrap";
inline constexpr std::string_view kRestartLabel = "dev.ingot.restart";  // see engine_policy()
inline constexpr std::string_view kExpiresLabel = "dev.ingot.expires";  // RFC 3339: the end of its --ttl
// Which create or run made it: one that fails takes back its own containers, and no other of their names.
inline constexpr std::string_view kRunLabel = "dev.ingot.run";

inline constexpr std::string_view kControlPlaneRole = "control-plane";
inline constexpr std::string_view kWorkerRole = "worker";
inline constexpr std::string_view kLoadBalancerRole = "external-load-balancer";

inline constexpr int kApiPort = 6443;

struct NodeSpec {
  std::string cluster;
  std::string name;  // container name = host name = Kubernetes node name
  std::string role;
  std::string image;
  std::string network;
  std::string address;       // pinned IPv4; empty: the engine chooses at start
  std::string ipv6_address;  // the same
  bool uses_ipv6 = false;  // its cluster does; engines turn IPv6 off in containers that have no such address
  std::vector<docker::Mount> mounts;
  std::vector<docker::PortBinding> ports;
  std::vector<docker::Device> devices;
  std::vector<docker::Ulimit> ulimits;
  docker::Limits limits;
  std::vector<std::string> env;
  std::string restart_policy;  // see engine_policy(); empty or "on-failure": once, as kind has it
  docker::Labels labels;
  // Waits for the file kGoFile before the image's own entrypoint runs: for networks on which an address is
  // known only once the container runs, but the node's files must be there before its init starts.
  bool wait_for_go = false;
  // Of a load balancer: what it runs, and how that is asked to end. Nodes have their image's own.
  std::vector<std::string> program;
  std::string stop_signal = "SIGTERM";
};

inline constexpr std::string_view kGoFile = "/kind/ingot-go";

// What the engine is told so that a node comes back as its user wants it; kRestartLabel keeps the user's word
// where that is not "on-failure". An engine that was killed ends, once it is back, the containers that went
// on without it, and takes that for the user's wish (moby, daemon/restore): "unless-stopped" would stay away.
// So such a node has "always", which a stop takes away and a start gives back.
[[nodiscard]] std::string engine_policy(std::string_view restart_policy);

// What of the engine decides how a node must be made.
struct EngineFacts {
  std::string kernel_release;
  std::string cgroup_version;
  std::string storage_driver;
  std::string backing_filesystem;
  bool rootless = false;
  bool user_namespaces = false;
  // NVIDIA's runtime starts every container, and gives GPUs to those whose environment asks for them.
  bool gives_gpus = false;
};

// For kRunLabel: 16 hexadecimal digits by chance.
[[nodiscard]] std::string new_run_id();

[[nodiscard]] EngineFacts to_facts(const docker::EngineInfo& info);

// Pure translation.
[[nodiscard]] docker::ContainerSpec to_container_spec(const NodeSpec& node, const EngineFacts& facts);

}  // namespace ingot::node
