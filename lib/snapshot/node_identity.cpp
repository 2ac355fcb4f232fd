// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "config/cidr.hpp"
#include "pki/cluster_pki.hpp"
#include "pki/inspect.hpp"
#include "snapshot/areas.hpp"
#include "snapshot/identity.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <array>

namespace ingot::snapshot {

namespace {

// Texts with names or addresses of nodes. What a node does not have is left out.
constexpr std::array kTexts{"/etc/kubernetes/admin.conf",
                            "/etc/kubernetes/super-admin.conf",
                            "/etc/kubernetes/controller-manager.conf",
                            "/etc/kubernetes/scheduler.conf",
                            "/etc/kubernetes/kubelet.conf",
                            "/etc/kubernetes/manifests/etcd.yaml",
                            "/etc/kubernetes/manifests/kube-apiserver.yaml",
                            "/kind/held/kube-controller-manager.yaml",
                            "/kind/held/kube-scheduler.yaml",
                            "/kind/kubeadm.conf",
                            "/kind/old-ipv4",
                            "/var/lib/kubelet/kubeadm-flags.env",
                            "/var/lib/kubelet/config.yaml",
                            "/etc/systemd/system/kubelet.service.d/20-ingot.conf",
                            "/kind/old-ipv6",
                            "/etc/haproxy/haproxy.cfg",
                            "/home/envoy/envoy.yaml",
                            "/home/envoy/cds.yaml",
                            "/home/envoy/lds.yaml"};

std::string require(node::Host& host, const std::string& id, const std::string& path,
                    const std::stop_token& stop) {
  const auto text = host.read_file(id, path, stop);
  if (!text) {
    throw base::Error(base::ErrorCode::unsupported, "the control plane's files are not those of kubeadm",
                      "it has no " + path);
  }
  return *text;
}

pki::Authority authority(node::Host& host, const std::string& id, const std::string& name,
                         const std::stop_token& stop) {
  const auto path = "/etc/kubernetes/pki/" + name;
  return pki::Authority::from_pem(require(host, id, path + ".crt", stop),
                                  require(host, id, path + ".key", stop), path);
}

// Of several values the first; empty where there is no such flag.
std::string flag_of(const std::string& manifest, const std::string& flag) {
  const auto at = manifest.find(flag);
  const auto begin = at + flag.size();
  return at == std::string::npos ? std::string()
                                 : manifest.substr(begin, manifest.find_first_of(",\n \"", begin) - begin);
}

// The first of the service subnet: where pods reach the API.
std::string service_address(const std::string& api_server_manifest) {
  const auto subnet = config::parse_cidr(flag_of(api_server_manifest, "--service-cluster-ip-range="));
  const auto first = subnet ? config::nth_address(*subnet, 1) : std::nullopt;
  if (!first) {
    throw base::Error(base::ErrorCode::unsupported, "the API server's manifest has no service subnet");
  }
  return config::to_text(*first);
}

// Of the family that comes first in its cluster.
std::string address_in(const std::string& api_server_manifest, const NewIdentity& node) {
  return base::is_ipv6(flag_of(api_server_manifest, "--advertise-address=")) ? node.addresses.ipv6
                                                                             : node.addresses.ipv4;
}

void add_control_plane(std::vector<tar::File>& files, node::Host& host, const NewIdentity& node,
                       const std::string& manifest, const base::Renaming& renaming,
                       const std::stop_token& stop) {
  const auto names =
      api_server_names(require(host, node.id, "/etc/kubernetes/pki/apiserver.crt", stop), renaming);
  const pki::ClusterAuthorities authorities{authority(host, node.id, "ca", stop),
                                            authority(host, node.id, "front-proxy-ca", stop),
                                            authority(host, node.id, "etcd/ca", stop),
                                            {}};
  const auto pki = pki::make_control_plane_pki(authorities,
                                               {.service_address = service_address(manifest),
                                                .dns_domain = "",  // its names are among the others
                                                .control_plane_endpoint = node.entrance,
                                                .api_server_sans = names},
                                               {node.name, address_in(manifest, node)});
  for (const auto* name : {"pki/apiserver", "pki/etcd/server", "pki/etcd/peer"}) {
    files.push_back({fmt::format("/etc/kubernetes/{}.crt", name), pki.files.at(std::string(name) + ".crt")});
    files.push_back(
        {fmt::format("/etc/kubernetes/{}.key", name), pki.files.at(std::string(name) + ".key"), 0600});
  }
}

void add_kubelet(std::vector<tar::File>& files, const pki::Authority& ca, const NewIdentity& node,
                 const std::string& address) {
  const auto pki = pki::make_worker_pki(ca, {node.name, address});
  const std::string client = "/var/lib/kubelet/pki/kubelet-client-ingot.pem";
  files.push_back({client, pki.kubelet.certificate + pki.kubelet.key, 0600});
  files.push_back({"/var/lib/kubelet/pki/kubelet-client-current.pem", "", 0777, client});
  files.push_back({"/var/lib/kubelet/pki/kubelet.crt", pki.kubelet_serving.certificate});
  files.push_back({"/var/lib/kubelet/pki/kubelet.key", pki.kubelet_serving.key, 0600});
}

}  // namespace

node::Addresses old_addresses(node::Host& host, const std::string& id, const node::Addresses& pinned,
                              const std::stop_token& stop) {
  const auto noted = [&](const char* file) {
    return std::string(base::trim(host.read_file(id, file, stop).value_or("")));
  };
  return {.ipv4 = pinned.ipv4.empty() ? noted("/kind/old-ipv4") : pinned.ipv4,
          .ipv6 = pinned.ipv6.empty() ? noted("/kind/old-ipv6") : pinned.ipv6};
}

std::vector<std::string> api_server_names(const std::string& saved_certificate,
                                          const base::Renaming& renaming) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "0.0.0.0"};
  for (const auto& name : pki::alternative_names(saved_certificate)) {
    const auto renamed = renaming.of(name);
    names.push_back(renamed.empty() ? name : renamed);
  }
  return names;
}

void rewrite_files(node::Host& host, const NewIdentity& node, const std::string& control_plane,
                   const base::Renaming& renaming, const std::stop_token& stop) {
  std::vector<tar::File> files;
  for (const auto* path : kTexts) {
    if (const auto text = host.read_file(node.id, path, stop)) {
      files.push_back(
          {path, renaming.in(*text), std::string_view(path).starts_with("/etc/kubernetes") ? 0600 : 0644});
    }
  }
  if (node.role != node::kLoadBalancerRole) {
    const auto manifest = require(host, control_plane, "/etc/kubernetes/manifests/kube-apiserver.yaml", stop);
    if (node.role == node::kControlPlaneRole) {
      add_control_plane(files, host, node, manifest, renaming, stop);
    }
    add_kubelet(files, authority(host, control_plane, "ca", stop), node, address_in(manifest, node));
  }
  host.put_files(node.id, tar::pack(files), stop);
}

}  // namespace ingot::snapshot
