// SPDX-License-Identifier: Apache-2.0
#include "logs/selection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/membership.hpp"

#include <fmt/format.h>

namespace ingot::logs {

using base::Error;
using base::ErrorCode;

Component select_component(const ReadOptions& options) {
  if (options.component.empty()) {
    return {.name = "journal", .unit = {}, .pods = {}};
  }
  auto component = find_component(options.component);
  if (!component) {
    throw Error(ErrorCode::invalid_input,
                fmt::format("'{}' cannot be the name of a component", options.component),
                "known: " + base::join(component_names(), ", "));
  }
  if (component->console && (options.since || options.tail)) {
    throw Error(ErrorCode::invalid_input, "the console has neither times nor lines to count from its end");
  }
  return *component;
}

std::vector<node::Node> select_nodes(node::Host& host, const std::string& cluster, const ReadOptions& options,
                                     const Component& component, const std::stop_token& stop) {
  auto nodes = cluster::require_nodes(host, cluster, stop);
  std::vector<std::string> names;
  std::string resting;
  std::erase_if(nodes, [&](const node::Node& node) {
    names.push_back(node.name);
    if (!options.node.empty() && node.name != options.node) {
      return true;
    }
    const bool is_of_kubernetes = node.role == node::kControlPlaneRole || node.role == node::kWorkerRole;
    if (component.console || (is_of_kubernetes && node.state == "running")) {
      return false;
    }
    resting += fmt::format("{}{} is {}", resting.empty() ? "" : ", ", node.name, node.state);
    return true;
  });
  if (nodes.empty() && !resting.empty()) {
    throw Error({.code = ErrorCode::command_failed,
                 .message = "nothing can be read in a node that does not run",
                 .cause = resting,
                 .remedy = fmt::format("ingot cluster logs {}", cluster)});
  }
  if (nodes.empty()) {
    throw Error({.code = ErrorCode::not_found,
                 .message = fmt::format("cluster '{}' has no node '{}'", cluster, options.node),
                 .cause = "its nodes: " + base::join(names, ", "),
                 .remedy = "ingot cluster status " + cluster});
  }
  return nodes;
}

}  // namespace ingot::logs
