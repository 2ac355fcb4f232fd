// SPDX-License-Identifier: Apache-2.0
// The files that make a container of a node image boot straight into a member of a cluster: what kubeadm init
// and join would have left on it, and what keeps its first seconds from being spent on waiting
// (docs/fast-boot.md tells the measurements). Uploaded between the container's creation and its start. Pure
// functions.
#pragma once

#include "boot/rendering.hpp"
#include "pki/cluster_pki.hpp"
#include "tar/tar.hpp"

#include <string>
#include <vector>

namespace ingot::boot {

struct NodeBoot {
  std::string name;
  std::vector<std::string> addresses;  // known before it runs; the first is how the cluster knows it
  std::vector<std::string> pod_cidrs;  // its shares of the pod subnets, in their order
  std::vector<std::string> labels;     // "key=value"
  bool control_plane = false;
};

struct ClusterBoot {
  Names names;  // of the first control plane
  std::string
      service_address;         // of the API: the first of the service subnet; empty: nothing shall lead there
  std::string kubeadm_config;  // with placeholders; left on every control plane for tools that look for it
  int mtu = 1500;
  std::vector<NodeBoot> nodes;  // all of them
};

// Pods of another node, and the address that leads to them.
struct Route {
  std::string pod_cidr;
  std::string via;
};

[[nodiscard]] std::vector<tar::File> control_plane_files(const ClusterBoot& cluster, const NodeBoot& node,
                                                         const Rendering& rendering,
                                                         const pki::ClusterPki& pki);
// The static pods that have nothing to do before the first control plane's API server answers: started with
// it they would only take processor time from it, and everything waits for it. On other control planes, the
// API server is among them.
[[nodiscard]] std::vector<tar::File> controller_files(const ClusterBoot& cluster, const NodeBoot& node,
                                                      const Rendering& rendering);
// `ca`: the certificate of the cluster's authority, PEM. Of the rendering only what is kubelet's and the
// CNI's counts.
[[nodiscard]] std::vector<tar::File> worker_files(const ClusterBoot& cluster, const NodeBoot& node,
                                                  const Rendering& rendering, const std::string& ca,
                                                  const pki::NodePki& pki);

// systemd drop-ins that any kind-style image profits from, whoever boots the node.
[[nodiscard]] std::vector<tar::File> unit_files(const std::string& service_address,
                                                const std::string& control_plane_address,
                                                const std::vector<Route>& routes = {});

// The `index`-th /24 of an IPv4 pod subnet and /64 of an IPv6 one, as the controller manager would share them
// out. `pod_subnet` may be one of each with a comma between. Error{invalid_input} when a subnet has no such
// share.
[[nodiscard]] std::vector<std::string> pod_cidrs(const std::string& pod_subnet, std::size_t index);

// By which kubelet and Node know the machine, as kind has it: "kind://docker/kind/kind-worker".
[[nodiscard]] std::string provider_id(const std::string& cluster, const std::string& node);

// The first address (or CIDR) of that family; empty when there is none.
[[nodiscard]] std::string address_of_family(const std::vector<std::string>& addresses, bool ipv6);

}  // namespace ingot::boot
