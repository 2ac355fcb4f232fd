// SPDX-License-Identifier: Apache-2.0
// Everything the phases "certs" and "kubeconfig" of kubeadm init make that is a key or a certificate, for all
// nodes of a cluster at once: same file names, subjects, usages and alternative names
// (kubernetes: cmd/kubeadm/app/phases/certs/certlist.go, app/util/pkiutil, app/phases/kubeconfig). Values
// only; nothing is written. A cluster of one node takes a few milliseconds.
#pragma once

#include "pki/certificate.hpp"

#include <map>
#include <string>
#include <vector>

namespace ingot::pki {

struct NodeIdentity {
  std::string name;     // Kubernetes' node name
  std::string address;  // advertise address of a control plane; may be empty for a worker
};

struct PkiInput {
  std::vector<NodeIdentity> control_planes;
  std::vector<NodeIdentity> workers;
  std::string service_address;  // first address of the service range, "10.96.0.1"
  std::string dns_domain = "cluster.local";
  std::string control_plane_endpoint;  // host without port, or empty; a name or an address
  std::vector<std::string>
      api_server_sans;  // names or addresses; what is neither is left out, as kubeadm does
  std::vector<std::string> etcd_server_sans;
  std::vector<std::string> etcd_peer_sans;
  int kubernetes_minor = 36;  // subjects differ between versions
  KeyKind key_kind = KeyKind::ec_p256;
};

// What all control planes of a cluster share: kubeadm's --upload-certs set.
struct ClusterAuthorities {
  Authority kubernetes;
  Authority front_proxy;
  Authority etcd;
  KeyPair service_account;
};

struct NodePki {
  // Path below /etc/kubernetes ("pki/apiserver.crt") to PEM. A worker has "pki/ca.crt" only.
  std::map<std::string, std::string> files;
  IssuedCertificate kubelet;             // user system:node:<name>, for kubelet.conf
  IssuedCertificate kubelet_serving;     // certificate with its throw-away authority, /var/lib/kubelet/pki
  IssuedCertificate controller_manager;  // control planes only, like the next
  IssuedCertificate scheduler;
};

struct ClusterPki {
  ClusterAuthorities authorities;
  IssuedCertificate admin;        // kubernetes-admin; without rights until its group has been bound (1.29 on)
  IssuedCertificate super_admin;  // kubernetes-super-admin, of system:masters: needs no RBAC
  std::map<std::string, NodePki> nodes;  // by node name
  std::string ca_hash;                   // for kubeadm join
};

[[nodiscard]] ClusterAuthorities make_cluster_authorities(KeyKind kind = KeyKind::ec_p256);

// The certificates of one more node of a cluster whose authorities exist.
[[nodiscard]] NodePki make_control_plane_pki(const ClusterAuthorities& authorities, const PkiInput& input,
                                             const NodeIdentity& node);
[[nodiscard]] NodePki make_worker_pki(const Authority& kubernetes, const NodeIdentity& node,
                                      KeyKind kind = KeyKind::ec_p256);

// Authorities, administrators and all nodes of `input`.
[[nodiscard]] ClusterPki make_cluster_pki(const PkiInput& input);

}  // namespace ingot::pki
