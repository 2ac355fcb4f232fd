// SPDX-License-Identifier: Apache-2.0
#include "cluster/kubeadm_config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/api_door.hpp"
#include "boot/lone_etcd.hpp"
#include "kubeadm/config.hpp"
#include "kubeadm/patch.hpp"

#include <fmt/format.h>

namespace ingot::cluster {

namespace {

// What only the native bootstrap asks of kubeadm.
void add_native_choices(kubeadm::ConfigInput& input) {
  input.api_server_args.insert(boot::api_door_flag());
  input.encryption_algorithm = "ECDSA-P256";
  // The DNS service gets its first endpoint just after kube-proxy's first rules, and would wait for a second.
  input.kube_proxy_min_sync = "100ms";
}

kubeadm::ConfigInput common_input(const Creation& creation) {
  const auto& spec = creation.spec;
  kubeadm::ConfigInput input;
  input.cluster_name = spec.name;
  input.control_plane_endpoint = creation.entrance() + ":6443";
  input.api_server_address = spec.networking.api_server_address;
  input.pod_subnet = spec.networking.pod_subnet;
  input.service_subnet = spec.networking.service_subnet;
  input.is_ipv6_only = spec.networking.ip_family == config::IpFamily::ipv6;
  input.kube_proxy_mode = config::to_text(spec.networking.kube_proxy_mode);
  input.feature_gates = spec.feature_gates;
  input.runtime_config = spec.runtime_config;
  input.is_rootless = creation.facts.rootless;
  input.has_cgroup_v1 = creation.facts.cgroup_version == "1";
  // By its default limits the controller manager spends five seconds between its start and its first
  // DaemonSet, waiting for its own permission to ask.
  input.controller_manager_args = {{"kube-api-burst", "1000"}, {"kube-api-qps", "500"}};
  if (!creation.balancer) {
    input.etcd_args = boot::lone_etcd_flags();
  }
  return input;
}

kubeadm::PatchSet patch_set(std::string where, const std::vector<std::string>& merge,
                            const std::vector<config::Json6902Patch>& json6902) {
  kubeadm::PatchSet set{.where = std::move(where), .merge = merge, .json6902 = {}};
  for (const auto& patch : json6902) {
    set.json6902.push_back({patch.group, patch.version, patch.kind, patch.patch});
  }
  return set;
}

}  // namespace

std::string kubeadm_config_for(const Creation& creation, const PlannedNode& node,
                               const std::string& version_text) {
  auto input = common_input(creation);
  const auto version = kubeadm::parse_version(version_text);
  if (!version) {
    throw base::Error(base::ErrorCode::untrusted,
                      fmt::format("node '{}' has no Kubernetes version", node.name),
                      fmt::format("/kind/version says '{}'", base::trim(version_text)));
  }
  input.version = *version;
  input.node_name = node.name;
  input.node_address = base::join(node.addresses, ",");
  input.is_control_plane = node.control_plane;
  input.node_labels = node.spec->labels;
  if (creation.bootstrap == Bootstrap::native) {
    add_native_choices(input);
  }
  return kubeadm::apply_patches(
      kubeadm::kubeadm_config(input),
      {patch_set("", creation.spec.kubeadm_patches, creation.spec.kubeadm_json6902_patches),
       patch_set(node.name + ": ", node.spec->kubeadm_patches, node.spec->kubeadm_json6902_patches)});
}

std::string rendering_config(const Creation& creation) {
  const boot::Names placeholder;
  auto input = common_input(creation);
  add_native_choices(input);
  // Any version will do that reads v1beta4, as every one does that boots natively: the image puts in its own.
  input.version = {.major = 1, .minor = 36};
  input.cluster_name = placeholder.cluster;
  input.control_plane_endpoint = placeholder.endpoint + ":6443";
  input.node_name = placeholder.node;
  input.node_address =
      base::join(creation.in_order({.ipv4 = placeholder.address, .ipv6 = placeholder.ipv6}), ",");
  const auto equals = placeholder.labels.find('=');
  input.node_labels = {{placeholder.labels.substr(0, equals), placeholder.labels.substr(equals + 1)}};
  return kubeadm::kubeadm_config(input);
}

}  // namespace ingot::cluster
