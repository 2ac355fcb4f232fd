// SPDX-License-Identifier: Apache-2.0
#include "config/cluster_spec.hpp"

#include "yaml/json.hpp"

#include <fmt/format.h>
#include <string_view>

namespace ingot::config {
namespace {

// One line per value; texts are quoted, so no value can imitate another line.
class Lister {
 public:
  void text(const std::string& path, std::string_view value) { line(path, yaml::quote(value)); }
  void number(const std::string& path, int value) { line(path, std::to_string(value)); }
  void flag(const std::string& path, bool value) { line(path, value ? "true" : "false"); }

  void texts(const std::string& path, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      text(fmt::format("{}[{}]", path, i), values[i]);
    }
  }

  void texts(const std::string& path, const std::map<std::string, std::string>& values) {
    for (const auto& [key, value] : values) {
      text(path + "." + yaml::quote(key), value);
    }
  }

  void patches(const std::string& path, const std::vector<Json6902Patch>& patches) {
    for (std::size_t i = 0; i < patches.size(); ++i) {
      const auto at = fmt::format("{}[{}].", path, i);
      text(at + "group", patches[i].group);
      text(at + "version", patches[i].version);
      text(at + "kind", patches[i].kind);
      text(at + "patch", patches[i].patch);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& path, const std::string& value) { out_ += path + ": " + value + "\n"; }

  std::string out_;
};

void list_mount(Lister& lister, const std::string& at, const Mount& mount) {
  lister.text(at + ".hostPath", mount.host_path);
  lister.text(at + ".containerPath", mount.container_path);
  lister.flag(at + ".readOnly", mount.read_only);
  lister.flag(at + ".selinuxRelabel", mount.selinux_relabel);
  lister.text(at + ".propagation", to_text(mount.propagation));
}

void list_port(Lister& lister, const std::string& at, const PortMapping& port) {
  lister.number(at + ".containerPort", port.container_port);
  lister.number(at + ".hostPort", port.host_port);
  lister.text(at + ".listenAddress", port.listen_address);
  lister.text(at + ".protocol", to_text(port.protocol));
}

void list_node(Lister& lister, const std::string& at, const NodeSpec& node) {
  lister.text(at + ".role", to_text(node.role));
  lister.text(at + ".image", node.image);
  lister.texts(at + ".labels", node.labels);
  for (std::size_t i = 0; i < node.extra_mounts.size(); ++i) {
    list_mount(lister, fmt::format("{}.extraMounts[{}]", at, i), node.extra_mounts[i]);
  }
  for (std::size_t i = 0; i < node.extra_port_mappings.size(); ++i) {
    list_port(lister, fmt::format("{}.extraPortMappings[{}]", at, i), node.extra_port_mappings[i]);
  }
  lister.texts(at + ".kubeadmConfigPatches", node.kubeadm_patches);
  lister.patches(at + ".kubeadmConfigPatchesJSON6902", node.kubeadm_json6902_patches);
}

void list_networking(Lister& lister, const Networking& networking) {
  lister.text("networking.ipFamily", to_text(networking.ip_family));
  lister.text("networking.apiServerAddress", networking.api_server_address);
  lister.number("networking.apiServerPort", networking.api_server_port);
  lister.text("networking.podSubnet", networking.pod_subnet);
  lister.text("networking.serviceSubnet", networking.service_subnet);
  lister.flag("networking.disableDefaultCNI", networking.disable_default_cni);
  lister.text("networking.kubeProxyMode", to_text(networking.kube_proxy_mode));
  if (networking.dns_search) {
    lister.number("networking.dnsSearch", static_cast<int>(networking.dns_search->size()));
    lister.texts("networking.dnsSearch", *networking.dns_search);
  }
}

}  // namespace

std::string to_canonical_text(const ClusterSpec& spec) {
  Lister lister;
  lister.text("name", spec.name);
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    list_node(lister, fmt::format("nodes[{}]", i), spec.nodes[i]);
  }
  list_networking(lister, spec.networking);
  for (const auto& [gate, on] : spec.feature_gates) {
    lister.flag("featureGates." + yaml::quote(gate), on);
  }
  lister.texts("runtimeConfig", spec.runtime_config);
  lister.texts("kubeadmConfigPatches", spec.kubeadm_patches);
  lister.patches("kubeadmConfigPatchesJSON6902", spec.kubeadm_json6902_patches);
  lister.texts("containerdConfigPatches", spec.containerd_patches);
  lister.texts("containerdConfigPatchesJSON6902", spec.containerd_json6902_patches);
  return lister.take();
}

}  // namespace ingot::config
