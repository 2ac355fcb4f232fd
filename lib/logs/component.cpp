// SPDX-License-Identifier: Apache-2.0
#include "logs/component.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ingot::logs {

namespace {

Component of_pods(std::string name, std::string pattern) {
  return {.name = std::move(name), .unit = {}, .pods = std::move(pattern)};
}

Component of_unit(std::string name, std::string unit) {
  return {.name = std::move(name), .unit = std::move(unit), .pods = {}};
}

const std::vector<Component>& known() {
  static const std::vector<Component> all{
      of_pods("apiserver", "kube-system_kube-apiserver-*"),
      of_pods("etcd", "kube-system_etcd-*"),
      of_pods("controller-manager", "kube-system_kube-controller-manager-*"),
      of_pods("scheduler", "kube-system_kube-scheduler-*"),
      of_unit("kubelet", "kubelet.service"),
      of_unit("containerd", "containerd.service"),
      of_pods("coredns", "kube-system_coredns-*"),
      of_pods("kube-proxy", "kube-system_kube-proxy-*"),
      of_pods("kindnet", "kube-system_kindnet-*"),
      of_pods("network", "kube-system_@(kindnet|node-network)-*"),
      of_pods("local-path-provisioner", "local-path-storage_local-path-provisioner-*"),
      {.name = "console", .unit = {}, .pods = {}, .console = true},
  };
  return all;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

std::optional<Component> find_component(std::string_view name) {
  constexpr std::string_view kPrefix = "kube-";
  for (const auto& component : known()) {
    if (component.name == name ||
        (name.starts_with(kPrefix) && component.name == name.substr(kPrefix.size()))) {
      return component;
    }
  }
  if (name.empty() || !std::ranges::all_of(name, is_name_character)) {
    return std::nullopt;
  }
  return of_pods(std::string(name), "*_" + std::string(name) + "*");
}

std::vector<std::string> component_names() {
  std::vector<std::string> names;
  for (const auto& component : known()) {
    names.push_back(component.name);
  }
  return names;
}

std::string pod_of(std::string_view log_file) {
  const auto parts = base::split(log_file, '/');  // "", "var", "log", "pods", folder, container, file
  if (parts.size() != 7) {
    return {};
  }
  const auto words = base::split(parts[4], '_');
  return words.size() == 3 ? words[1] : std::string();
}

}  // namespace ingot::logs
