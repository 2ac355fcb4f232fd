// SPDX-License-Identifier: Apache-2.0
// A new control plane is made after one that runs: its static pods with the addresses exchanged, certificates
// by the cluster's own authorities. That holds for clusters that kubeadm made, too.
#include "base/error.hpp"
#include "base/renaming.hpp"
#include "base/text.hpp"
#include "boot/api_door.hpp"
#include "cluster/component_health.hpp"
#include "cluster/creation.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/inspect.hpp"
#include "scale/scaling.hpp"
#include "scale/static_pod.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

constexpr std::array<const char*, 4> kStaticPods = {"etcd.yaml", "kube-apiserver.yaml",
                                                    "kube-controller-manager.yaml", "kube-scheduler.yaml"};

// 36 of "v1.36.3".
int minor_of(const std::string& version) {
  constexpr std::string_view kMajor = "v1.";
  int minor = 0;
  if (version.starts_with(kMajor)) {
    std::from_chars(version.data() + kMajor.size(), version.data() + version.size(), minor);
  }
  return minor;
}

pki::ClusterAuthorities read_authorities(Scaling& scaling, const std::stop_token& stop) {
  const auto read = [&](const std::string& name) {
    return require_file(scaling, scaling.facts.control_plane_id, "/etc/kubernetes/pki/" + name, stop);
  };
  const auto authority = [&](const std::string& name) {
    return pki::Authority::from_pem(read(name + ".crt"), read(name + ".key"), name + ".crt");
  };
  return {authority("ca"),
          authority("front-proxy-ca"),
          authority("etcd/ca"),
          {.private_pem = read("sa.key"), .public_pem = read("sa.pub")}};
}

// The member's own name, and whom it joins.
std::string joining(std::string etcd, const std::string& name, const std::string& members) {
  constexpr std::string_view kName = "- --name=";
  constexpr std::string_view kMembers = "- --initial-cluster=";
  constexpr std::string_view kState = "- --initial-cluster-state=";
  const auto set = [&](std::string_view flag, const std::string& value) {
    const auto begin = etcd.find(flag);
    if (begin == std::string::npos) {
      throw base::Error(base::ErrorCode::unsupported, "the cluster's etcd cannot get members",
                        fmt::format("its static pod has no '{}'", flag.substr(2)));
    }
    const auto from = begin + flag.size();
    etcd.replace(from, etcd.find('\n', from) - from, value);
  };
  set(kName, name);
  set(kMembers, members);
  if (etcd.find(kState) == std::string::npos) {
    const auto line = etcd.rfind('\n', etcd.find(kMembers)) + 1;
    const std::string indent = etcd.substr(line, etcd.find('-', line) - line);
    etcd.insert(line, fmt::format("{}{}\n", indent, kState));
  }
  set(kState, "existing");
  return etcd;
}

// Where nobody told the API server to, as in clusters that kubeadm made, it could not listen behind a door.
bool shares_its_port(const std::string& api_server) {
  const auto& [flag, value] = boot::api_door_flag();
  return api_server.find(fmt::format("--{}={}", flag, value)) != std::string::npos;
}

void leave_out(std::vector<tar::File>& files, const std::vector<tar::File>& left_out) {
  std::erase_if(files, [&](const tar::File& file) {
    return std::ranges::find(left_out, file.path, &tar::File::path) != left_out.end();
  });
}

}  // namespace

void read_control_plane(Scaling& scaling, const std::stop_token& stop) {
  auto& pattern = scaling.control_plane_files;
  const auto& id = scaling.facts.control_plane_id;
  for (const auto* name : kStaticPods) {
    pattern.static_pods[name] =
        without_uid(require_file(scaling, id, fmt::format("/etc/kubernetes/manifests/{}", name), stop));
  }
  pattern.kubeadm_config = require_file(scaling, id, "/kind/kubeadm.conf", stop);  // read at every boot
  const auto admin =
      kubeconfig::extract(require_file(scaling, id, "/etc/kubernetes/admin.conf", stop), "admin.conf");
  pattern.admin = {.certificate = admin.certificate, .key = admin.key};
  pattern.authorities = read_authorities(scaling, stop);
  const auto service = scaling.api->get("/api/v1/namespaces/default/services/kubernetes", stop);
  pattern.service_address = service ? text_at(*service, {"spec", "clusterIP"}) : "";
  const auto node = scaling.api->get(node_path(scaling.facts.control_plane), stop);
  pattern.kubernetes_minor = node ? minor_of(text_at(*node, {"status", "nodeInfo", "kubeletVersion"})) : 0;
  pattern.addresses = std::ranges::find(scaling.peers, scaling.facts.control_plane, &Peer::name)->addresses;
  pattern.names =
      pki::alternative_names(require_file(scaling, id, "/etc/kubernetes/pki/apiserver.crt", stop));
  std::erase_if(pattern.names, [&](const std::string& name) {
    return name == scaling.facts.control_plane ||
           std::ranges::find(pattern.addresses, name) != pattern.addresses.end();
  });
}

std::vector<tar::File> control_plane_files(const Scaling& scaling, const boot::ClusterBoot& cluster,
                                           const NewNode& node, const boot::Rendering& kubelet) {
  const auto& pattern = scaling.control_plane_files;
  base::Renaming renaming;
  for (std::size_t i = 0; i < std::min(pattern.addresses.size(), node.addresses.size()); ++i) {
    renaming.add(pattern.addresses[i], node.addresses[i]);
  }
  boot::Rendering rendering = kubelet;
  for (const auto& [name, text] : pattern.static_pods) {
    rendering.static_pods[name] = renaming.in(text);
  }
  auto& etcd = rendering.static_pods.at("etcd.yaml");
  etcd = joining(etcd, node.name, node.etcd_members);
  auto names = pattern.names;
  names.insert(names.end(), node.addresses.begin(), node.addresses.end());
  const pki::PkiInput input{.service_address = pattern.service_address,
                            .dns_domain = "",  // its names are among those of the other one
                            .api_server_sans = std::move(names),
                            .kubernetes_minor = pattern.kubernetes_minor};
  const pki::ClusterPki identity{
      .authorities = *pattern.authorities,
      .admin = pattern.admin,
      .nodes = {{node.name, pki::make_control_plane_pki(*pattern.authorities, input,
                                                        {node.name, node.addresses.front()})}}};
  const boot::NodeBoot boot{
      .name = node.name, .addresses = node.addresses, .pod_cidrs = node.pod_cidrs, .control_plane = true};
  boot::ClusterBoot whole = cluster;
  renaming.add(scaling.facts.control_plane, node.name);
  whole.kubeadm_config = renaming.in(pattern.kubeadm_config);
  auto files = boot::control_plane_files(whole, boot, rendering, identity);
  for (auto& file : boot::controller_files(cluster, boot, rendering)) {
    files.push_back(std::move(file));
  }
  if (!shares_its_port(rendering.static_pods.at("kube-apiserver.yaml"))) {
    leave_out(files, boot::api_door_files());
  }
  // The first control plane alone has it, as with kubeadm join.
  std::erase_if(files, [](const tar::File& file) { return file.path.ends_with("/super-admin.conf"); });
  files.push_back({std::string(cluster::kCompleteFile), ""});
  return files;
}

}  // namespace ingot::scale
