// SPDX-License-Identifier: Apache-2.0
// An instance beside a cluster's nodes: the way to its services and pods, its name server, and its
// kubeconfig. Errors as kube::Client and node::Host. Internal to lib/instance.
#pragma once

#include "node/host.hpp"
#include "tar/tar.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::instance {

inline constexpr const char* kJoinScript = "/etc/ingot/join-cluster";

struct Route {
  std::string subnet;
  std::string via;
};

struct ClusterAccess {
  std::string network;
  std::string kubeconfig;  // with the API server's name on that network
  std::vector<Route> routes;
  std::string dns_address;  // empty: it has no DNS
};

// The network that the cluster's nodes are on. Error{not_found} where there is no such cluster.
[[nodiscard]] std::string network_of_cluster(node::Host& host, const std::string& cluster,
                                             const std::stop_token& stop);

[[nodiscard]] ClusterAccess access_of(node::Host& host, const std::string& cluster,
                                      const std::stop_token& stop);

// For /bin/sh in the instance, at every boot of it.
[[nodiscard]] std::string join_script(const ClusterAccess& access);
// That script, and the kubeconfig where kubectl of root looks for it.
[[nodiscard]] std::vector<tar::File> join_files(const ClusterAccess& access);

}  // namespace ingot::instance
