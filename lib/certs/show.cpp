// SPDX-License-Identifier: Apache-2.0
#include "certs/show.hpp"

#include "certs/kubeconfigs.hpp"
#include "certs/places.hpp"
#include "cluster/api_access.hpp"
#include "cluster/membership.hpp"

#include <algorithm>

namespace ingot::certs {

Listing show(node::Host& host, const std::string& cluster, const cluster::KubeconfigTarget& kubeconfig,
             const std::stop_token& stop) {
  Listing listing{.cluster = cluster};
  const auto now = std::chrono::system_clock::now();
  const auto nodes = cluster::require_nodes(host, cluster, stop);
  const auto* first = cluster::first_control_plane(nodes);
  std::vector<Certificate> outside;
  for (const auto& node : nodes) {
    if (node.role == node::kLoadBalancerRole) {
      continue;
    }
    const auto files = read_node(host, node, stop);
    for (const auto& place : places_in(files)) {
      listing.certificates.push_back(examine(place, files, now));
    }
    if (first != nullptr && node.name == first->name) {
      for (const auto& place : kubeconfig_places(files, kubeconfig)) {
        outside.push_back(examine(place, files, now));
        outside.back().node.clear();
      }
    }
  }
  std::ranges::move(outside, std::back_inserter(listing.certificates));
  return listing;
}

}  // namespace ingot::certs
