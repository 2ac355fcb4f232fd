// SPDX-License-Identifier: Apache-2.0
#include "boot/node_files.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/api_door.hpp"
#include "boot/cni.hpp"
#include "kubeconfig/kubeconfig.hpp"

#include <fmt/format.h>

#include <utility>

namespace ingot::boot {

namespace {

using tar::File;

std::string https(const std::string& host) {
  return "https://" + base::host_and_port(host, 6443);
}

// kubelet keeps its client certificate in a file of its own, so that it can replace it; kubelet.conf names
// it.
std::string kubelet_kubeconfig(const ClusterBoot& cluster, const NodeBoot& node,
                               const std::string& ca_certificate, const std::string& server) {
  constexpr std::string_view kPem = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  const std::string user = "system:node:" + node.name;
  const std::string ca = base::to_base64(ca_certificate);
  return fmt::format(
      "apiVersion: v1\nkind: Config\n"
      "clusters:\n- name: {0}\n  cluster:\n    certificate-authority-data: {1}\n    server: {2}\n"
      "users:\n- name: {3}\n  user:\n    client-certificate: {4}\n    client-key: {4}\n"
      "contexts:\n- name: {3}@{0}\n  context:\n    cluster: {0}\n    user: {3}\n"
      "current-context: {3}@{0}\n",
      cluster.names.cluster, ca, server, user, kPem);
}

Names names_of(const ClusterBoot& cluster, const NodeBoot& node) {
  return {.cluster = cluster.names.cluster,
          .node = node.name,
          .address = address_of_family(node.addresses, false),
          .ipv6 = address_of_family(node.addresses, true),
          .endpoint = cluster.names.endpoint,
          .labels = base::join(node.labels, ",")};
}

void add_kubelet_files(std::vector<File>& files, const ClusterBoot& cluster, const NodeBoot& node,
                       const Rendering& rendering, const pki::NodePki& pki) {
  const Names names = names_of(cluster, node);
  files.push_back({"/var/lib/kubelet/config.yaml", with_names(rendering.kubelet_config, names)});
  files.push_back({"/var/lib/kubelet/kubeadm-flags.env", with_names(rendering.kubelet_flags, names)});
  if (!rendering.instance_config.empty()) {
    files.push_back({"/var/lib/kubelet/instance-config.yaml", with_names(rendering.instance_config, names)});
  }
  files.push_back(
      {"/var/lib/kubelet/pki/kubelet-client-ingot.pem", pki.kubelet.certificate + pki.kubelet.key, 0600});
  files.push_back({"/var/lib/kubelet/pki/kubelet-client-current.pem", "", 0777,
                   "/var/lib/kubelet/pki/kubelet-client-ingot.pem"});
  // Left out, kubelet would make an RSA key itself: some 100 ms of a processor that others wait for.
  files.push_back({"/var/lib/kubelet/pki/kubelet.crt", pki.kubelet_serving.certificate});
  files.push_back({"/var/lib/kubelet/pki/kubelet.key", pki.kubelet_serving.key, 0600});
  for (const auto& [path, pem] : pki.files) {
    const bool is_certificate = path.ends_with(".crt");  // kubeadm hides keys, public ones too
    files.push_back({"/etc/kubernetes/" + path, pem, is_certificate ? 0644 : 0600});
  }
  if (auto conflist = cni_config(rendering, node.pod_cidrs, cluster.mtu)) {
    files.push_back(std::move(*conflist));
  }
}

File manifest(const std::string& name, const Rendering& rendering, const Names& names) {
  return {"/etc/kubernetes/manifests/" + name, with_names(rendering.static_pods.at(name), names), 0600};
}

// kubeadm begins with an etcd of one member and adds the others; here all of them begin together.
File etcd_manifest(const ClusterBoot& cluster, const Rendering& rendering, const Names& names) {
  constexpr std::string_view kMembers = "--initial-cluster=";
  File file = manifest("etcd.yaml", rendering, names);
  std::vector<std::string> members;
  for (const auto& node : cluster.nodes) {
    if (node.control_plane) {
      members.push_back(
          fmt::format("{}=https://{}", node.name, base::host_and_port(node.addresses.front(), 2380)));
    }
  }
  const auto flag = file.content.find(kMembers);
  if (members.size() > 1 && flag != std::string::npos) {
    const auto value = flag + kMembers.size();
    file.content.replace(value, file.content.find('\n', value) - value, base::join(members, ","));
  }
  return file;
}

// The known CNIs all route to other nodes by their addresses; what others do is theirs to know.
std::vector<Route> routes_from(const NodeBoot& node, const ClusterBoot& cluster, const Rendering& rendering) {
  std::vector<Route> routes;
  if (cni_config(rendering, node.pod_cidrs, cluster.mtu)) {
    for (const auto& other : cluster.nodes) {
      for (const auto& cidr : other.name == node.name ? std::vector<std::string>() : other.pod_cidrs) {
        routes.push_back({cidr, address_of_family(other.addresses, base::is_ipv6(cidr))});
      }
    }
  }
  return routes;
}

// The first control plane's address of the service address's family.
std::string control_plane_of(const ClusterBoot& cluster) {
  return base::is_ipv6(cluster.service_address) ? cluster.names.ipv6 : cluster.names.address;
}

void append(std::vector<File>& files, std::vector<File> more) {
  for (auto& file : more) {
    files.push_back(std::move(file));
  }
}

}  // namespace

std::vector<File> unit_files(const std::string& service_address, const std::string& control_plane_address,
                             const std::vector<Route>& routes) {
  // kubelet: not before containerd answers (it would exit and wait a second), not while systemd still makes
  // the slices it wants to use (on cgroup v1 a lost race costs 14 s).
  std::string dropin =
      "[Unit]\n"
      "After=containerd.service kubelet.slice kubelet-kubepods.slice kubelet-kubepods-burstable.slice "
      "kubelet-kubepods-besteffort.slice\n"
      "Wants=containerd.service kubelet.slice kubelet-kubepods.slice kubelet-kubepods-burstable.slice "
      "kubelet-kubepods-besteffort.slice\n";
  if (!service_address.empty() || !routes.empty()) {
    dropin += "\n[Service]\n";
  }
  if (!service_address.empty()) {
    // Pods run before kube-proxy has programmed the API's service address; their first connection would hang
    // and be tried again after 30 s. kube-proxy's own rules come before these as soon as they are there.
    const bool ipv6 = base::is_ipv6(service_address);
    for (const auto* chain : {"OUTPUT", "PREROUTING"}) {
      dropin += fmt::format(
          "ExecStartPre=-/bin/sh -c \"{} -w -t nat -A {} -d {}/{} -p tcp --dport 443 -j DNAT "
          "--to-destination {}\"\n",
          ipv6 ? "ip6tables" : "iptables", chain, service_address, ipv6 ? 128 : 32,
          base::host_and_port(control_plane_address, 6443));
    }
  }
  if (!routes.empty()) {
    // Without them a pod's packets to another node leave the machine by its default route, until the CNI's
    // daemon has made the same routes.
    std::vector<std::string> commands;
    for (const auto& [pod_cidr, via] : routes) {
      commands.push_back(fmt::format("ip route replace {} via {}", pod_cidr, via));
    }
    dropin += fmt::format("ExecStartPre=-/bin/sh -c \"{}\"\n", base::join(commands, "; "));
  }
  return {{"/etc/systemd/system/kubelet.service.d/20-ingot.conf", std::move(dropin)}};
}

std::vector<File> control_plane_files(const ClusterBoot& cluster, const NodeBoot& node,
                                      const Rendering& rendering, const pki::ClusterPki& pki) {
  const auto& own = pki.nodes.at(node.name);
  std::vector<File> files;
  add_kubelet_files(files, cluster, node, rendering, own);
  const auto& ca = pki.authorities.kubernetes.certificate();
  const auto add_kubeconfig = [&](const std::string& file, const std::string& user, const std::string& server,
                                  const pki::IssuedCertificate& identity) {
    files.push_back(
        {"/etc/kubernetes/" + file,
         kubeconfig::make_kubeconfig(
             {.cluster = cluster.names.cluster, .user = user},
             {.server = server, .ca = ca, .certificate = identity.certificate, .key = identity.key}),
         0600});
  };
  const std::string endpoint = https(cluster.names.endpoint);
  const std::string local = https(node.addresses.front());
  add_kubeconfig("admin.conf", "kubernetes-admin", endpoint, pki.admin);
  add_kubeconfig("super-admin.conf", "kubernetes-super-admin", endpoint, pki.super_admin);
  add_kubeconfig("controller-manager.conf", "system:kube-controller-manager", local, own.controller_manager);
  add_kubeconfig("scheduler.conf", "system:kube-scheduler", local, own.scheduler);
  files.push_back({"/etc/kubernetes/kubelet.conf", kubelet_kubeconfig(cluster, node, ca, local), 0600});
  files.push_back({"/kind/kubeadm.conf", with_names(cluster.kubeadm_config, names_of(cluster, node)), 0600});
  files.push_back(etcd_manifest(cluster, rendering, names_of(cluster, node)));
  if (node.name == cluster.names.node) {
    files.push_back(manifest("kube-apiserver.yaml", rendering, names_of(cluster, node)));
  }
  append(files, unit_files(cluster.service_address, control_plane_of(cluster),
                           routes_from(node, cluster, rendering)));
  append(files, api_door_files());
  return files;
}

std::vector<File> controller_files(const ClusterBoot& cluster, const NodeBoot& node,
                                   const Rendering& rendering) {
  const Names names = names_of(cluster, node);
  std::vector<File> files = {manifest("kube-controller-manager.yaml", rendering, names),
                             manifest("kube-scheduler.yaml", rendering, names)};
  if (node.name != cluster.names.node) {
    files.push_back(manifest("kube-apiserver.yaml", rendering, names));
  }
  return files;
}

std::vector<File> worker_files(const ClusterBoot& cluster, const NodeBoot& node, const Rendering& rendering,
                               const std::string& ca, const pki::NodePki& pki) {
  std::vector<File> files;
  add_kubelet_files(files, cluster, node, rendering, pki);
  files.push_back({"/etc/kubernetes/kubelet.conf",
                   kubelet_kubeconfig(cluster, node, ca, https(cluster.names.endpoint)), 0600});
  append(files, unit_files(cluster.service_address, control_plane_of(cluster),
                           routes_from(node, cluster, rendering)));
  return files;
}

std::string provider_id(const std::string& cluster, const std::string& node) {
  return fmt::format("kind://docker/{}/{}", cluster, node);
}

}  // namespace ingot::boot
