// SPDX-License-Identifier: Apache-2.0
// Parts of a cluster by the names that people use, and where in a node their logs are. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::logs {

struct Component {
  std::string name;
  // Exactly one of these is set:
  std::string unit;      // of systemd, in the journal
  std::string pods;      // shell pattern of folders in /var/log/pods
  bool console = false;  // what the container itself prints
};

// "apiserver", "kube-apiserver", "kubelet", "coredns", ...; any other name that could be a pod's is looked
// for as the beginning of one, in every namespace. Nothing for what cannot be a name.
[[nodiscard]] std::optional<Component> find_component(std::string_view name);

// For help and completion.
[[nodiscard]] std::vector<std::string> component_names();

// "kube-system_coredns-5d78c9869d-abcde_<uid>" as the folder of a log file: the pod's name. Empty for a path
// of another kind.
[[nodiscard]] std::string pod_of(std::string_view log_file);

}  // namespace ingot::logs
