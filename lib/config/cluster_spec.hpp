// SPDX-License-Identifier: Apache-2.0
// A cluster as its file describes it (kind.x-k8s.io/v1alpha4, or ingot/v1alpha1, which says more). Plain
// data; made by load_cluster_file() or by hand, completed by apply_defaults(), judged by validate().
// Texts that mean "not given" are empty until apply_defaults() has run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ingot::config {

enum class Dialect { kind, ingot };  // of the file; ingot's knows every field of kind's
enum class Role { control_plane, worker };
enum class IpFamily { ipv4, ipv6, dual };
enum class KubeProxyMode { iptables, ipvs, nftables, none };
enum class Propagation { none, host_to_container, bidirectional };
enum class Protocol { tcp, udp, sctp };

struct Mount {
  std::string host_path;
  std::string container_path;
  bool read_only = false;
  bool selinux_relabel = false;
  Propagation propagation = Propagation::none;
};

// host_port 0: we choose a free port and pin it; -1: the engine chooses anew at each start.
struct PortMapping {
  int container_port = 0;
  int host_port = 0;
  std::string listen_address;
  Protocol protocol = Protocol::tcp;
};

// An RFC 6902 patch, itself YAML or JSON text, for documents of this type.
struct Json6902Patch {
  std::string group;
  std::string version;
  std::string kind;
  std::string patch;
};

// A device of the machine in the node. An empty container_path is the same path there.
struct Device {
  std::string host_path;
  std::string container_path;
  std::string permissions;  // of "rwm"; empty: all
};

// A limit of the processes in a node, as setrlimit() takes it; -1 is none.
struct Ulimit {
  std::string name;  // without RLIMIT_, such as "nofile"
  std::int64_t soft = 0;
  std::optional<std::int64_t> hard;  // unset: as soft
};

// A node runs 110 pods unless told otherwise.
inline constexpr int kMostGpuReplicas = 100;

struct NodeSpec {
  Role role = Role::control_plane;
  std::string image;
  std::map<std::string, std::string> labels;
  std::vector<Mount> extra_mounts;
  std::vector<PortMapping> extra_port_mappings;
  std::vector<std::string> kubeadm_patches;
  std::vector<Json6902Patch> kubeadm_json6902_patches;

  // Only in ingot's dialect:
  std::string cpu;                           // a quantity of Kubernetes, such as "1.5" or "500m"
  std::string memory;                        // such as "2Gi"
  std::string gpus;                          // "all", a number, or "vendor.com/gpu=0,..."
  std::optional<std::int64_t> gpu_replicas;  // pods that share each of them
  std::optional<std::int64_t> pids;          // processes and threads
  std::map<std::string, std::string> env;
  std::vector<Device> devices;
  std::vector<Ulimit> ulimits;
};

struct Networking {
  IpFamily ip_family = IpFamily::ipv4;
  std::string api_server_address;
  int api_server_port = 0;  // as PortMapping::host_port
  std::string pod_subnet;
  std::string service_subnet;
  bool disable_default_cni = false;
  KubeProxyMode kube_proxy_mode = KubeProxyMode::iptables;
  std::optional<std::vector<std::string>> dns_search;  // an empty list removes every search domain
};

// Where each part stood in the file: "nodes[1].role" -> line, counted from 1. Empty for a spec made by hand.
using Lines = std::map<std::string, int>;

struct ClusterSpec {
  Dialect dialect = Dialect::kind;
  std::string name;
  std::vector<NodeSpec> nodes;
  Networking networking;
  std::map<std::string, bool> feature_gates;
  std::map<std::string, std::string> runtime_config;
  std::vector<std::string> kubeadm_patches;
  std::vector<Json6902Patch> kubeadm_json6902_patches;
  std::vector<std::string> containerd_patches;           // TOML
  std::vector<std::string> containerd_json6902_patches;  // JSON
  std::string ttl;  // only in ingot's dialect: how long it is needed, such as "2h"; empty: who knows

  std::string source_name;  // for messages; empty for a spec made by hand
  Lines lines;
};

// The words of the cluster file for these values, such as "control-plane" and "HostToContainer".
[[nodiscard]] const char* to_text(Role role) noexcept;
[[nodiscard]] const char* to_text(IpFamily family) noexcept;
[[nodiscard]] const char* to_text(KubeProxyMode mode) noexcept;
[[nodiscard]] const char* to_text(Propagation propagation) noexcept;
[[nodiscard]] const char* to_text(Protocol protocol) noexcept;

// One name for each node, in the order of spec.nodes: "<cluster>-control-plane", "<cluster>-worker", and from
// the second of each role on with a number ("<cluster>-worker2").
[[nodiscard]] std::vector<std::string> node_names(const ClusterSpec& spec);

// Everything that makes a cluster what it is, one "path: value" line each, in a fixed order: equal texts,
// equal clusters. Lines, source and dialect do not count.
[[nodiscard]] std::string to_canonical_text(const ClusterSpec& spec);

}  // namespace ingot::config
