// SPDX-License-Identifier: Apache-2.0
#include "snapshot/places.hpp"

#include "base/error.hpp"
#include "cluster/ports.hpp"
#include "config/cidr.hpp"
#include "docker/container_recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ingot::snapshot {

namespace {

using docker::label_of;

// Who has which address on the network: those that run, and nodes for whom one is pinned.
std::map<std::string, std::string> owners(node::Host& host, const docker::NetworkInfo& network,
                                          const std::string& but_of_cluster, const std::stop_token& stop) {
  std::map<std::string, std::string> owners;
  std::vector<std::string> own;
  for (const auto& node : host.nodes("", stop)) {
    if (node.cluster == but_of_cluster) {
      own.push_back(node.id);
    } else {
      owners[label_of(node.labels, node::kAddressLabel)] = node.name;
      owners[label_of(node.labels, node::kIpv6AddressLabel)] = node.name;
    }
  }
  for (const auto& [id, address] : network.container_addresses) {
    if (std::ranges::find(own, id) == own.end()) {
      owners.emplace(address.substr(0, address.find('/')), "container " + id);
    }
  }
  return owners;
}

bool is_on(const docker::NetworkInfo& network, const std::string& address) {
  const auto wanted = config::parse_ip(address);
  return wanted && std::ranges::any_of(network.subnets, [&](const docker::NetworkInfo::Subnet& one) {
           const auto subnet = config::parse_cidr(one.subnet);
           return subnet && config::contains(*subnet, *wanted);
         });
}

}  // namespace

std::string require_image(node::Host& host, const SavedNode& node, const std::stop_token& stop) {
  for (const auto& reference : {node.image, node.image_id}) {
    const auto image = host.engine().inspect_image(reference, stop);
    if (image && image->layers == node.layers) {
      return reference;
    }
  }
  throw base::Error({.code = base::ErrorCode::image_missing,
                     .message = fmt::format("the image of node '{}' is not there", node.name),
                     .cause = fmt::format("it was made from {} ({})", node.image, node.image_id),
                     .remedy = "docker pull " + node.image});
}

void require_addresses(node::Host& host, const Manifest& manifest, const std::string& cluster,
                       const std::stop_token& stop) {
  const auto name = docker::network_of(manifest.nodes.front().recipe);
  const bool needs_ipv6 =
      std::ranges::any_of(manifest.nodes, [](const SavedNode& node) { return !node.pinned.ipv6.empty(); });
  static_cast<void>(host.ensure_network({.name = name, .needs_ipv6 = needs_ipv6}, stop));
  const auto network = host.find_network(name, stop);
  const auto taken = network ? owners(host, *network, cluster, stop) : std::map<std::string, std::string>();
  for (const auto& node : manifest.nodes) {
    for (const auto& address : {node.pinned.ipv4, node.pinned.ipv6}) {
      if (address.empty()) {
        continue;
      }
      if (!network || !is_on(*network, address)) {
        throw base::Error({.code = base::ErrorCode::environment,
                           .message = fmt::format("the network '{}' has no address {}", name, address),
                           .cause = fmt::format("node '{}' had it when it was saved", node.name)});
      }
      if (const auto owner = taken.find(address); owner != taken.end()) {
        throw base::Error({.code = base::ErrorCode::already_exists,
                           .message = fmt::format("the address {} of node '{}' is taken", address, node.name),
                           .cause = owner->second + " has it"});
      }
    }
  }
}

std::vector<node::Addresses> choose_addresses(node::Host& host, const Manifest& manifest,
                                              const std::vector<std::string>& names,
                                              const std::stop_token& stop) {
  const auto network = docker::network_of(manifest.nodes.front().recipe);
  const bool needs_ipv6 = !manifest.nodes.front().pinned.ipv6.empty();
  auto plan = host.ensure_network({.name = network, .needs_ipv6 = needs_ipv6}, stop);
  if (!plan.can_pin() || (needs_ipv6 && !plan.can_pin_ipv6())) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = "the cluster cannot get another name here",
                       .cause = fmt::format("addresses cannot be chosen on network '{}'", network),
                       .remedy = "restore it under the name that it had"});
  }
  std::vector<node::Addresses> addresses;
  for (const auto& name : names) {
    auto both = plan.take(name);
    addresses.push_back({.ipv4 = both.ipv4, .ipv6 = needs_ipv6 ? both.ipv6 : std::string()});
  }
  return addresses;
}

HeldPorts hold_ports(const SavedNode& node, bool all, bool engine_is_local) {
  HeldPorts result{.ports = docker::ports_of(node.recipe)};
  for (auto& port : result.ports) {
    if (all && !engine_is_local) {
      port.host_port = 0;  // the engine chooses
    }
    if (!engine_is_local || (!all && port.container_port != node::kApiPort) || port.host_port == 0) {
      continue;
    }
    auto held = cluster::hold_port(port.host_address, port.host_port);
    if (!held) {
      port.host_port = 0;
      held = cluster::hold_port(port.host_address, port.host_port);
      result.moved = true;
    }
    result.held.push_back(std::move(*held));
  }
  return result;
}

}  // namespace ingot::snapshot
