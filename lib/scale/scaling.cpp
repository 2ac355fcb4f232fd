// SPDX-License-Identifier: Apache-2.0
#include "scale/scaling.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

bool Scaling::pins() const {
  return std::ranges::all_of(coming, [](const NewNode& node) { return !node.pinned.ipv4.empty(); });
}

std::vector<std::string> Scaling::in_order(const node::Addresses& addresses) const {
  std::vector<std::string> ordered;
  for (const bool is_ipv6 : facts.families) {
    ordered.push_back(is_ipv6 ? addresses.ipv6 : addresses.ipv4);
  }
  return ordered;
}

const Pattern& Scaling::pattern_of(const NewNode& node) const {
  return node.control_plane ? control_plane_pattern : pattern;
}

bool Scaling::adds_control_planes() const {
  return std::ranges::any_of(coming, &NewNode::control_plane);
}

std::string NewNode::peer_url() const {
  return "https://" + base::host_and_port(addresses.front(), 2380);
}

std::string step_id(const std::string& node, std::string_view what) {
  return fmt::format("node/{}/{}", node, what);
}

std::string node_path(const std::string& node) {
  return "/api/v1/nodes/" + node;
}

std::string pods_query(const std::string& node) {
  return "fieldSelector=spec.nodeName%3D" + node;
}

}  // namespace ingot::scale
