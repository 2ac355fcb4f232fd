// SPDX-License-Identifier: Apache-2.0
#include "certs/kubeconfigs.hpp"

#include "cluster/kubeconfig_files.hpp"

namespace ingot::certs {

std::vector<Place> kubeconfig_places(const NodeFiles& control_plane,
                                     const cluster::KubeconfigTarget& target) {
  std::vector<Place> places;
  const auto entries =
      cluster::kubeconfig_entries(control_plane.node.cluster, authority_of(control_plane, "ca"), target);
  for (const auto& [file, access] : entries) {
    places.push_back({.name = "kubeconfig",
                      .path = file,
                      .key_path = file,
                      .form = Form::kubeconfig,
                      .authority = "ca",
                      .purpose = "you, to the API",
                      .certificate = access.certificate,
                      .key = access.key});
  }
  return places;
}

}  // namespace ingot::certs
