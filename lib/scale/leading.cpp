// SPDX-License-Identifier: Apache-2.0
#include "scale/leading.hpp"

#include "base/renaming.hpp"
#include "boot/lone_etcd.hpp"
#include "node/node_spec.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

std::string led_to(const std::string& entrance, const std::vector<std::string>& control_planes,
                   std::string_view text) {
  base::Renaming renaming;
  for (const auto& name : control_planes) {
    renaming.add(fmt::format("{}:{}", name, node::kApiPort), fmt::format("{}:{}", entrance, node::kApiPort));
  }
  return renaming.in(text);
}

std::string led_text(const Scaling& scaling, const std::vector<std::string>& control_planes,
                     std::string_view text) {
  auto led = led_to(scaling.balancer.name, control_planes, text);
  const bool is_alone = scaling.control_planes + static_cast<int>(scaling.coming.size()) <= 1;
  return is_alone ? led : boot::without_lone_etcd_flags(led);
}

void observe_leading(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop) {
  if (!scaling.has_balancer() || scaling.api_servers.empty()) {  // nobody asked for other control planes
    return;
  }
  const auto control_planes = names_of(nodes, node::kControlPlaneRole);
  observe_led_nodes(scaling, nodes, control_planes, stop);
  observe_led_objects(scaling, control_planes, stop);
  observe_led_kubeconfigs(scaling, control_planes, stop);
}

}  // namespace ingot::scale
