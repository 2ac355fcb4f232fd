// SPDX-License-Identifier: Apache-2.0
// The kubeadm configuration file of a node: pure text, the same documents and values that kind writes to
// /kind/kubeadm.conf. The formats are kubeadm's v1beta3 (Kubernetes 1.23 to 1.35) and v1beta4 (1.36 on).
#pragma once

#include "kubeadm/version.hpp"

#include <map>
#include <string>

namespace ingot::kubeadm {

// Everybody who has a kind cluster knows this token; it is good for joining only from the nodes' own network.
inline constexpr const char* kToken = "abcdef.0123456789abcdef";

struct ConfigInput {
  KubernetesVersion version;
  std::string cluster_name;
  std::string provider = "docker";  // in "kind://<provider>/<cluster>/<node>"

  std::string node_name;
  std::string node_address;  // two of them, separated by a comma, in dual-stack clusters
  bool is_control_plane = true;
  std::map<std::string, std::string> node_labels;

  std::string control_plane_endpoint;  // "a-control-plane:6443"
  int api_port = 6443;
  std::string api_server_address = "127.0.0.1";  // one more name in the API server's certificate
  std::string token = kToken;

  std::string pod_subnet;
  std::string service_subnet;
  bool is_ipv6_only = false;
  std::string kube_proxy_mode = "iptables";  // "none" leaves kube-proxy out
  std::string kube_proxy_min_sync = "1s";  // between two changes of its rules: a duration, kind's by default

  std::map<std::string, bool> feature_gates;
  std::map<std::string, std::string> runtime_config;

  // Arguments beyond kind's: name without dashes, value.
  std::map<std::string, std::string> api_server_args;
  std::map<std::string, std::string> controller_manager_args;
  std::map<std::string, std::string> etcd_args;

  // Of the keys that kubeadm makes; empty for its own choice. Not written in v1beta3, which has no such
  // field.
  std::string encryption_algorithm;

  bool is_rootless = false;
  bool has_cgroup_v1 = false;  // of the engine; kubelets from 1.35 on would refuse to start there
};

// All documents of the node's file: ClusterConfiguration, InitConfiguration, JoinConfiguration,
// KubeletConfiguration and, unless left out, KubeProxyConfiguration. Keys are sorted and strings quoted.
// Throws Error{unsupported} for Kubernetes older than 1.23.
[[nodiscard]] std::string kubeadm_config(const ConfigInput& input);

// The apiVersion that `version` reads: "kubeadm.k8s.io/v1beta4". Throws like kubeadm_config().
[[nodiscard]] std::string kubeadm_api_version(const KubernetesVersion& version);

}  // namespace ingot::kubeadm
