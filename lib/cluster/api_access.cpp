// SPDX-License-Identifier: Apache-2.0
#include "cluster/api_access.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

std::optional<std::string> published_endpoint(const docker::ContainerInfo& entrance) {
  for (const auto& port : entrance.ports) {
    if (port.container_port != node::kApiPort || port.protocol != "tcp" || port.host_port == 0) {
      continue;
    }
    // The certificate names what the cluster file says, so "anywhere" stays what it is; Linux takes it for
    // itself.
    const std::string host = port.host_address.empty() ? "127.0.0.1" : port.host_address;
    return "https://" + base::host_and_port(host, port.host_port);
  }
  return std::nullopt;
}

const node::Node* first_control_plane(const std::vector<node::Node>& nodes) {
  const auto rank = [](const node::Node& node) { return std::pair(node.state != "running", node.name); };
  const node::Node* first = nullptr;
  for (const auto& node : nodes) {
    if (node.role == node::kControlPlaneRole && (first == nullptr || rank(node) < rank(*first))) {
      first = &node;
    }
  }
  return first;
}

const node::Node* entrance_of(const std::vector<node::Node>& nodes) {
  const auto balancer = std::ranges::find(nodes, node::kLoadBalancerRole, &node::Node::role);
  return balancer == nodes.end() ? first_control_plane(nodes) : &*balancer;
}

kubeconfig::Access read_access(node::Host& host, const std::string& control_plane,
                               const std::string& entrance, const std::string& file,
                               const std::stop_token& stop) {
  const auto info = host.inspect(control_plane, stop);
  const auto text = info ? host.read_file(info->id, "/etc/kubernetes/" + file, stop) : std::nullopt;
  if (!text) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("node '{}' has no {}", control_plane, file),
                      "its control plane was never finished");
  }
  auto access = kubeconfig::extract(*text, fmt::format("{} of node '{}'", file, control_plane));
  const auto door = entrance == control_plane ? info : host.inspect(entrance, stop);
  if (const auto endpoint = door ? published_endpoint(*door) : std::nullopt) {
    access.server = *endpoint;
  }
  return access;
}

std::unique_ptr<kube::Client> make_api(const kubeconfig::Access& access, const std::string& entrance) {
  return std::make_unique<kube::Client>(
      access.server, kube::Credentials{.ca = access.ca, .certificate = access.certificate, .key = access.key},
      entrance);
}

std::unique_ptr<kube::Client> admin_api(node::Host& host, const std::string& control_plane,
                                        const std::string& entrance, const std::string& name,
                                        const std::stop_token& stop) {
  return make_api(read_access(host, control_plane, entrance, "admin.conf", stop), name);
}

}  // namespace ingot::cluster
