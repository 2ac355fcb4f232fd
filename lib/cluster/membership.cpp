// SPDX-License-Identifier: Apache-2.0
#include "cluster/membership.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

namespace {

// "demo" of "demo-worker2" and of "demo-control-plane".
std::string cluster_in(const std::string& node) {
  const auto worker = node.rfind("-worker");
  return node.substr(
      0, std::min(worker != std::string::npos ? worker : node.rfind("-control-plane"), node.size()));
}

}  // namespace

std::vector<node::Node> require_nodes(node::Host& host, const std::string& name,
                                      const std::stop_token& stop) {
  auto nodes = host.nodes(name, stop);
  if (nodes.empty()) {
    throw base::Error({.code = base::ErrorCode::not_found,
                       .message = fmt::format("there is no cluster named '{}'", name),
                       .remedy = "ingot cluster list"});
  }
  return nodes;
}

base::Error no_such_node(const std::string& name) {
  return base::Error({.code = base::ErrorCode::not_found,
                      .message = fmt::format("there is no node named '{}'", name),
                      .remedy = "ingot node list"});
}

node::Node require_running_node(node::Host& host, const std::string& name, const std::stop_token& stop) {
  const auto nodes = host.nodes("", stop);
  const auto found = std::ranges::find(nodes, name, &node::Node::name);
  if (found == nodes.end()) {
    throw no_such_node(name);
  }
  if (found->state != "running") {
    const bool is_paused = found->state == "paused";
    throw base::Error(
        {.code = base::ErrorCode::already_exists,
         .message = fmt::format("nothing can be run in node '{}'", name),
         .cause = fmt::format("it is {}", found->state),
         .remedy = is_paused ? "ingot cluster resume " + found->cluster : "ingot node start " + name});
  }
  return *found;
}

std::string cluster_of(node::Host& host, const std::vector<std::string>& nodes, const std::stop_token& stop) {
  const auto all = host.nodes("", stop);
  std::string cluster;
  for (const auto& name : nodes) {
    const auto found = std::ranges::find(all, name, &node::Node::name);
    const std::string own = found == all.end() ? cluster_in(name) : found->cluster;
    if (found == all.end() && std::ranges::find(all, own, &node::Node::cluster) == all.end()) {
      throw no_such_node(name);
    }
    if (!cluster.empty() && own != cluster) {
      throw base::Error(base::ErrorCode::invalid_input,
                        fmt::format("'{}' and '{}' are nodes of different clusters", nodes.front(), name));
    }
    cluster = own;
  }
  return cluster;
}

}  // namespace ingot::cluster
