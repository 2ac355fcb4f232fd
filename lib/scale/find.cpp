// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/creation.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

[[noreturn]] void refuse(const std::string& cluster, std::string cause, std::string remedy) {
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("the workers of cluster '{}' cannot be changed", cluster),
                     .cause = std::move(cause),
                     .remedy = std::move(remedy)});
}

// "demo" of "demo-worker2".
std::string cluster_in(const std::string& node) {
  return node.substr(0, std::min(node.rfind("-worker"), node.size()));
}

// By the label of the first node that is there; a node that is gone may have left its Node, in the cluster
// that its name tells.
std::string cluster_of(node::Host& host, const std::vector<std::string>& names, const std::stop_token& stop) {
  const auto nodes = host.nodes("", stop);
  std::string cluster;
  for (const auto& name : names) {
    const auto found = std::ranges::find(nodes, name, &node::Node::name);
    const std::string own = found == nodes.end() ? cluster_in(name) : found->cluster;
    if (found == nodes.end() && std::ranges::find(nodes, own, &node::Node::cluster) == nodes.end()) {
      throw base::Error({.code = base::ErrorCode::not_found,
                         .message = fmt::format("there is no node named '{}'", name),
                         .remedy = "ingot node list"});
    }
    if (!cluster.empty() && own != cluster) {
      throw base::Error(base::ErrorCode::invalid_input,
                        fmt::format("'{}' and '{}' are nodes of different clusters", names.front(), name));
    }
    cluster = own;
  }
  return cluster;
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
    found.cluster = cluster_of(host, request.nodes, stop);
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
