// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;
using Args = std::vector<std::pair<std::string, std::string>>;

bool takes_arg_lists(const KubernetesVersion& version) {
  return version.at_least(1, 36);
}

// v1beta4 turned the maps of extra arguments into lists, so that one may come twice.
json to_args(const ConfigInput& input, const Args& args) {
  if (!takes_arg_lists(input.version)) {
    json map = json::object();
    for (const auto& [name, value] : args) {
      map[name] = value;
    }
    return map;
  }
  json list = json::array();
  for (const auto& [name, value] : args) {
    list.push_back({{"name", name}, {"value", value}});
  }
  return list;
}

// "a=1,b=2" in the order of the names.
template <typename Value>
std::string to_list(const std::map<std::string, Value>& values) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : values) {
    parts.push_back(fmt::format("{}={}", name, value));
  }
  return base::join(parts, ",");
}

std::map<std::string, bool> feature_gates(const ConfigInput& input) {
  auto gates = input.feature_gates;
  if (input.is_rootless) {
    gates["KubeletInUserNamespace"] = true;
  }
  return gates;
}

std::string advertise_address(const ConfigInput& input) {
  return base::split(input.node_address, ',').front();
}

json header(std::string_view api_version, std::string_view kind) {
  return {{"apiVersion", api_version}, {"kind", kind}};
}

json cluster_configuration(const ConfigInput& input) {
  Args api_server{{"runtime-config", to_list(input.runtime_config)}};
  Args controller_manager{{"enable-hostpath-provisioner", "true"}};
  for (const auto& [name, value] : input.api_server_args) {
    api_server.emplace_back(name, value);
  }
  for (const auto& [name, value] : input.controller_manager_args) {
    controller_manager.emplace_back(name, value);
  }
  Args scheduler;
  if (const auto gates = feature_gates(input); !gates.empty()) {
    for (auto* args : {&api_server, &controller_manager, &scheduler}) {
      args->emplace_back("feature-gates", to_list(gates));
    }
  }
  if (input.is_ipv6_only) {
    controller_manager.emplace_back("bind-address", "::");
    scheduler.emplace_back("bind-address", "::1");
  }
  json document = header(kubeadm_api_version(input.version), "ClusterConfiguration");
  document["kubernetesVersion"] = to_text(input.version);
  document["clusterName"] = input.cluster_name;
  document["controlPlaneEndpoint"] = input.control_plane_endpoint;
  document["apiServer"] = {{"certSANs", {"localhost", input.api_server_address}},
                           {"extraArgs", to_args(input, api_server)}};
  document["controllerManager"] = {{"extraArgs", to_args(input, controller_manager)}};
  document["scheduler"] = {{"extraArgs", to_args(input, scheduler)}};
  if (!input.encryption_algorithm.empty() && takes_arg_lists(input.version)) {
    document["encryptionAlgorithm"] = input.encryption_algorithm;
  }
  if (!input.etcd_args.empty()) {
    document["etcd"]["local"]["extraArgs"] = to_args(input, {input.etcd_args.begin(), input.etcd_args.end()});
  }
  document["networking"] = {{"podSubnet", input.pod_subnet}, {"serviceSubnet", input.service_subnet}};
  return document;
}

json node_registration(const ConfigInput& input) {
  const auto provider_id =
      fmt::format("kind://{}/{}/{}", input.provider, input.cluster_name, input.node_name);
  return {{"criSocket", "unix:///run/containerd/containerd.sock"},
          {"kubeletExtraArgs", to_args(input, {{"node-ip", input.node_address},
                                               {"provider-id", provider_id},
                                               {"node-labels", to_list(input.node_labels)}})}};
}

json local_endpoint(const ConfigInput& input) {
  return {{"advertiseAddress", advertise_address(input)}, {"bindPort", input.api_port}};
}

json init_configuration(const ConfigInput& input) {
  json document = header(kubeadm_api_version(input.version), "InitConfiguration");
  document["bootstrapTokens"] = json::array({{{"token", input.token}}});
  document["localAPIEndpoint"] = local_endpoint(input);
  document["nodeRegistration"] = node_registration(input);
  document["skipPhases"] = {"preflight"};
  if (input.kube_proxy_mode == "none") {
    document["skipPhases"].push_back("addon/kube-proxy");
  }
  return document;
}

json join_configuration(const ConfigInput& input) {
  json document = header(kubeadm_api_version(input.version), "JoinConfiguration");
  if (input.is_control_plane) {
    document["controlPlane"] = {{"localAPIEndpoint", local_endpoint(input)}};
  }
  document["nodeRegistration"] = node_registration(input);
  document["discovery"]["bootstrapToken"] = {{"apiServerEndpoint", input.control_plane_endpoint},
                                             {"token", input.token},
                                             {"unsafeSkipCAVerification", true}};
  document["skipPhases"] = {"preflight"};
  return document;
}

json kubelet_configuration(const ConfigInput& input) {
  json document = header("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration");
  document["cgroupDriver"] = input.version.at_least(1, 24) ? "systemd" : "cgroupfs";
  document["cgroupRoot"] = "/kubelet";
  document["failSwapOn"] = false;
  if (input.is_ipv6_only) {
    document["address"] = "::";
    document["healthzBindAddress"] = "::";
  }
  // The kubelet sees the disk of the whole machine and must not clean up because of what others put there.
  document["imageGCHighThresholdPercent"] = 100;
  document["evictionHard"] = {
      {"nodefs.available", "0%"}, {"nodefs.inodesFree", "0%"}, {"imagefs.available", "0%"}};
  if (input.has_cgroup_v1 && input.version.at_least(1, 35)) {
    document["failCgroupV1"] = false;
  }
  if (const auto gates = feature_gates(input); !gates.empty()) {
    document["featureGates"] = gates;
  }
  return document;
}

json kube_proxy_configuration(const ConfigInput& input) {
  json document = header("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration");
  document["mode"] = input.kube_proxy_mode;
  document["iptables"] = {{"minSyncPeriod", input.kube_proxy_min_sync}};
  // nf_conntrack_max is the machine's, not the node's.
  document["conntrack"] = {{"maxPerCore", 0}};
  if (input.is_rootless) {
    document["conntrack"]["tcpEstablishedTimeout"] = "0s";
    document["conntrack"]["tcpCloseWaitTimeout"] = "0s";
  } else if (input.kube_proxy_mode == "nftables") {
    document["conntrack"]["tcpBeLiberal"] = true;
  }
  if (const auto gates = feature_gates(input); !gates.empty()) {
    document["featureGates"] = gates;
  }
  return document;
}

}  // namespace

std::string kubeadm_api_version(const KubernetesVersion& version) {
  if (!version.at_least(1, 23)) {
    throw base::Error(
        base::ErrorCode::unsupported,
        fmt::format("Kubernetes {} is too old: 1.23 is the oldest supported", to_text(version)));
  }
  return takes_arg_lists(version) ? "kubeadm.k8s.io/v1beta4" : "kubeadm.k8s.io/v1beta3";
}

std::string kubeadm_config(const ConfigInput& input) {
  std::vector<std::string> documents{
      yaml::to_yaml(cluster_configuration(input)), yaml::to_yaml(init_configuration(input)),
      yaml::to_yaml(join_configuration(input)), yaml::to_yaml(kubelet_configuration(input))};
  if (input.kube_proxy_mode != "none") {
    documents.push_back(yaml::to_yaml(kube_proxy_configuration(input)));
  }
  return base::join(documents, "---\n");
}

}  // namespace ingot::kubeadm
