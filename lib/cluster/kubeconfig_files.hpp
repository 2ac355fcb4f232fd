// SPDX-License-Identifier: Apache-2.0
// Which of the user's kubeconfig files a verb is about.
#pragma once

#include "cluster/results.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "kubeconfig/paths.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

// Every file in which entries of ours may be.
[[nodiscard]] std::vector<std::string> kubeconfig_search_path(const KubeconfigTarget& target);

// What the files of the search path say of a cluster, and not of another one that had its name: `ca` is its
// authority. Files that cannot be read are left out.
struct KubeconfigEntry {
  std::string file;
  kubeconfig::Access access;
};
[[nodiscard]] std::vector<KubeconfigEntry> kubeconfig_entries(const std::string& cluster,
                                                              const std::string& ca,
                                                              const KubeconfigTarget& target);

// Writes a cluster's entries, as export_kubeconfig() has them, into the file that `target` means, and makes
// them current; the file.
std::string write_kubeconfig(node::Host& host, const std::string& name, bool internal,
                             const KubeconfigTarget& target, const std::stop_token& stop);

}  // namespace ingot::cluster
