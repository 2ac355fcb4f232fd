// SPDX-License-Identifier: Apache-2.0
#include "pki/cluster_pki.hpp"

#include "pki/inspect.hpp"

#include <algorithm>
#include <ctime>

namespace ingot::pki {

namespace {

constexpr const char* kAdminGroup = "kubeadm:cluster-admins";
constexpr const char* kMasters = "system:masters";

bool is_dns_label(const std::string& label) {
  const auto inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, inner) && label.front() != '-' &&
         label.back() != '-';
}

// RFC 1123, with a leading "*." allowed, in lower case: what kubeadm accepts.
bool is_dns_name(std::string text) {
  if (text.starts_with("*.")) {
    text.erase(0, 2);
  }
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    if (!is_dns_label(text.substr(begin, end - begin))) {
      return false;
    }
    begin = end + 1;
  }
  return text.size() <= 253;
}

void add_sans(CertificateRequest& request, const std::vector<std::string>& sans) {
  for (const std::string& san : sans) {
    if (is_ip_address(san)) {
      request.ip_addresses.push_back(san);
    } else if (is_dns_name(san)) {
      request.dns_names.push_back(san);
    }
  }
}

CertificateRequest api_server_request(const PkiInput& input, const NodeIdentity& node) {
  CertificateRequest request{
      .common_name = "kube-apiserver",
      .dns_names = {node.name, "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
      .ip_addresses = {input.service_address, node.address},
      .usage = Usage::server,
      .key_kind = input.key_kind};
  if (!input.dns_domain.empty()) {
    request.dns_names.push_back("kubernetes.default.svc." + input.dns_domain);
  }
  if (!input.control_plane_endpoint.empty()) {
    add_sans(request, {input.control_plane_endpoint});
  }
  add_sans(request, input.api_server_sans);
  return request;
}

// etcd calls itself with its serving certificate, so that one needs both usages.
CertificateRequest etcd_request(const PkiInput& input, const NodeIdentity& node,
                                const std::vector<std::string>& sans) {
  CertificateRequest request{.common_name = node.name,
                             .dns_names = {node.name, "localhost"},
                             .ip_addresses = {node.address, "127.0.0.1", "::1"},
                             .usage = Usage::both,
                             .key_kind = input.key_kind};
  add_sans(request, sans);
  return request;
}

CertificateRequest client_request(const std::string& user, std::vector<std::string> groups, KeyKind kind) {
  return {.common_name = user, .organizations = std::move(groups), .usage = Usage::client, .key_kind = kind};
}

// 1.29 took the API server's client out of system:masters; 1.36 binds its user name to a role and gives it no
// group (ClusterRoleBinding kubeadm:apiserver-kubelet-client to system:kubelet-api-admin).
std::vector<std::string> kubelet_client_groups(int minor) {
  if (minor >= 36) {
    return {};
  }
  return {minor >= 29 ? kAdminGroup : kMasters};
}

void put(NodePki& node, const std::string& path, const IssuedCertificate& issued) {
  node.files["pki/" + path + ".crt"] = issued.certificate;
  node.files["pki/" + path + ".key"] = issued.key;
}

void put_authorities(NodePki& node, const ClusterAuthorities& authorities) {
  put(node, "ca", {authorities.kubernetes.certificate(), authorities.kubernetes.key()});
  put(node, "front-proxy-ca", {authorities.front_proxy.certificate(), authorities.front_proxy.key()});
  put(node, "etcd/ca", {authorities.etcd.certificate(), authorities.etcd.key()});
  node.files["pki/sa.key"] = authorities.service_account.private_pem;
  node.files["pki/sa.pub"] = authorities.service_account.public_pem;
}

// What kubelet would make for itself at its first start, with an RSA key that costs it 50 ms and more.
IssuedCertificate make_kubelet_serving(const NodeIdentity& node, KeyKind kind) {
  const std::string stamp = "@" + std::to_string(std::time(nullptr));
  const Authority own = Authority::make(node.name + "-ca" + stamp, kind);
  IssuedCertificate issued = own.issue({.common_name = node.name + stamp,
                                        .dns_names = {node.name},
                                        .ip_addresses = {},
                                        .usage = Usage::server,
                                        .key_kind = kind});
  issued.certificate += own.certificate();
  return issued;
}

void add_kubelet(NodePki& pki, const Authority& authority, const NodeIdentity& node, KeyKind kind) {
  pki.kubelet = authority.issue(client_request("system:node:" + node.name, {"system:nodes"}, kind));
  pki.kubelet_serving = make_kubelet_serving(node, kind);
}

}  // namespace

ClusterAuthorities make_cluster_authorities(KeyKind kind) {
  return {Authority::make("kubernetes", kind), Authority::make("front-proxy-ca", kind),
          Authority::make("etcd-ca", kind), make_key_pair(kind)};
}

NodePki make_control_plane_pki(const ClusterAuthorities& authorities, const PkiInput& input,
                               const NodeIdentity& node) {
  const KeyKind kind = input.key_kind;
  const Authority& ca = authorities.kubernetes;
  const auto client = [&](const Authority& authority, const char* user,
                          std::vector<std::string> groups = {}) {
    return authority.issue(client_request(user, std::move(groups), kind));
  };
  NodePki pki;
  put_authorities(pki, authorities);
  put(pki, "apiserver", ca.issue(api_server_request(input, node)));
  put(pki, "apiserver-kubelet-client",
      client(ca, "kube-apiserver-kubelet-client", kubelet_client_groups(input.kubernetes_minor)));
  put(pki, "front-proxy-client", client(authorities.front_proxy, "front-proxy-client"));
  put(pki, "etcd/server", authorities.etcd.issue(etcd_request(input, node, input.etcd_server_sans)));
  put(pki, "etcd/peer", authorities.etcd.issue(etcd_request(input, node, input.etcd_peer_sans)));
  put(pki, "etcd/healthcheck-client", client(authorities.etcd, "kube-etcd-healthcheck-client"));
  put(pki, "apiserver-etcd-client", client(authorities.etcd, "kube-apiserver-etcd-client"));
  pki.controller_manager = client(ca, "system:kube-controller-manager");
  pki.scheduler = client(ca, "system:kube-scheduler");
  add_kubelet(pki, ca, node, kind);
  return pki;
}

NodePki make_worker_pki(const Authority& kubernetes, const NodeIdentity& node, KeyKind kind) {
  NodePki pki;
  pki.files["pki/ca.crt"] = kubernetes.certificate();
  add_kubelet(pki, kubernetes, node, kind);
  return pki;
}

ClusterPki make_cluster_pki(const PkiInput& input) {
  ClusterAuthorities authorities = make_cluster_authorities(input.key_kind);
  const Authority& ca = authorities.kubernetes;
  // kubeadm had one administrator of system:masters until 1.28.
  const char* admin_group = input.kubernetes_minor >= 29 ? kAdminGroup : kMasters;
  std::map<std::string, NodePki> nodes;
  for (const NodeIdentity& node : input.control_planes) {
    nodes.emplace(node.name, make_control_plane_pki(authorities, input, node));
  }
  for (const NodeIdentity& node : input.workers) {
    nodes.emplace(node.name, make_worker_pki(ca, node, input.key_kind));
  }
  IssuedCertificate admin = ca.issue(client_request("kubernetes-admin", {admin_group}, input.key_kind));
  IssuedCertificate super_admin =
      ca.issue(client_request("kubernetes-super-admin", {kMasters}, input.key_kind));
  std::string hash = ca_hash(ca.certificate());
  return {std::move(authorities), std::move(admin), std::move(super_admin), std::move(nodes),
          std::move(hash)};
}

}  // namespace ingot::pki
