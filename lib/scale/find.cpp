// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/creation.hpp"
#include "cluster/membership.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

[[noreturn]] void refuse(const std::string& cluster, std::string cause, std::string remedy) {
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("the nodes of cluster '{}' cannot be changed", cluster),
                     .cause = std::move(cause),
                     .remedy = std::move(remedy)});
}

void refuse_unfinished(node::Host& host, const std::string& cluster, const node::Node& control_plane,
                       const std::stop_token& stop) {
  const bool by_ingot = control_plane.labels.contains(std::string(node::kVersionLabel));
  if (by_ingot && !host.read_file(control_plane.id, std::string(cluster::kCompleteFile), stop)) {
    refuse(cluster, "it is being created, or an interrupted create left it unfinished",
           "ingot cluster status " + cluster);
  }
}

}  // namespace

Found find_cluster(node::Host& host, const Request& request, const std::stop_token& stop) {
  Found found{.cluster = request.cluster};
  if (found.cluster.empty()) {
    found.cluster = cluster::cluster_of(host, request.nodes, stop);
  }
  found.nodes = cluster::require_nodes(host, found.cluster, stop);
  const auto* control_plane = cluster::first_control_plane(found.nodes);
  if (control_plane == nullptr) {
    refuse(found.cluster, "it has no control plane", "ingot cluster delete " + found.cluster);
  }
  if (control_plane->state != "running") {
    const bool is_paused = control_plane->state == "paused";
    refuse(found.cluster, fmt::format("its control plane is {}", control_plane->state),
           fmt::format("ingot cluster {} {}", is_paused ? "resume" : "start", found.cluster));
  }
  found.control_plane = *control_plane;
  // The one that create marks: the first, whichever is asked.
  const auto first = std::ranges::find(found.nodes, found.cluster + "-control-plane", &node::Node::name);
  refuse_unfinished(host, found.cluster, first == found.nodes.end() ? *control_plane : *first, stop);
  return found;
}

}  // namespace ingot::scale
