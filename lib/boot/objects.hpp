// SPDX-License-Identifier: Apache-2.0
// The objects that a fresh API server is given: what kubeadm init would have created (kubeadm-config,
// kubelet-config, RBAC, bootstrap token, CoreDNS, kube-proxy), the image's CNI and storage class, and, ahead
// of the controllers that would come to make them later, nodes and the first pods. Each is such that its
// controller adopts it and changes nothing. Pure functions; JSON texts in and out.
#pragma once

#include "boot/node_files.hpp"
#include "boot/rendering.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ingot::boot {

struct ClusterObjects {
  // Before anything else: a kubelet that finds no priority class for its static pods shows none of them for
  // 10 s.
  std::vector<std::string> priority_classes;
  // Without these nothing else can be created or run: namespaces, roles of the first pods.
  std::vector<std::string> foundation;
  // What the first pods and the users' commands need, most urgent first; no order among them is required.
  std::vector<std::string> workloads;
  // The rest of what kubeadm leaves; nothing waits for it.
  std::vector<std::string> records;
};

struct ObjectsInput {
  Names names;
  std::string ca_certificate;
  std::string service_address;  // of the API: the first of the service subnet
  std::vector<NodeBoot> nodes;
  std::chrono::system_clock::time_point now;  // the bootstrap token lives a day from here
};

[[nodiscard]] ClusterObjects cluster_objects(const Rendering& rendering, const ObjectsInput& input);

// A Node as its kubelet would register it and kubeadm and the controller manager would complete it: labels,
// taints, pod CIDR. kubelet fills in the rest.
[[nodiscard]] std::string node_object(const NodeBoot& node, const ObjectsInput& input);

// Pods made here and bound to their node start the moment the node knows the API server, instead of two
// seconds later, when controller manager and scheduler have come so far.

// ReplicaSet of a Deployment: what its controller would create, with the same pod template.
[[nodiscard]] std::string replica_set_of(const std::string& deployment);
// A pod of a ReplicaSet or DaemonSet, bound to `node`. `revision` is the DaemonSet's
// controller-revision-hash.
[[nodiscard]] std::string early_pod(const std::string& owner, const std::string& node,
                                    const std::string& revision);

}  // namespace ingot::boot
