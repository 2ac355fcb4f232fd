// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/attach.hpp"

#include "support/fake_engine/call.hpp"
#include "support/fake_engine/ipv4.hpp"
#include "support/wire/server.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

bool is_in_use(const Network& network, const std::string& address) {
  const bool is_gateway =
      std::ranges::any_of(network.subnets, [&](const Subnet& subnet) { return subnet.gateway == address; });
  return is_gateway ||
         std::ranges::any_of(network.addresses, [&](const auto& used) { return used.second == address; });
}

std::string choose_address(const Network& network) {
  for (const Subnet& subnet : network.subnets) {
    const auto whole = to_range(subnet.subnet);
    const auto range = subnet.ip_range.empty() ? whole : to_range(subnet.ip_range);
    if (!whole || !range) {
      continue;
    }
    for (std::uint32_t address = range->first; address <= range->last; ++address) {
      const bool is_host = address != whole->first && address != whole->last;
      if (is_host && !is_in_use(network, to_text(address))) {
        return to_text(address);
      }
    }
  }
  throw Refusal(500, fmt::format("no available IPv4 addresses on this network's address pools: {} ({})",
                                 network.name, network.id));
}

// Counted within the network's first IPv6 subnet, if it has one: "fc00:1::/64" begins with "fc00:1::2".
std::string choose_ipv6_address(const Network& network) {
  for (const Subnet& subnet : network.subnets) {
    if (const auto end = subnet.subnet.find("::/"); network.ipv6 && end != std::string::npos) {
      return fmt::format("{}::{:x}", subnet.subnet.substr(0, end), network.addresses.size() + 1);
    }
  }
  return {};
}

void take_address(State& state, Container& container) {
  if (container.network.empty()) {
    return;
  }
  Network* network = state.find_network(container.network);
  if (network == nullptr) {
    throw Refusal(404, fmt::format("network {} not found", container.network));
  }
  if (network->subnets.empty()) {
    return;
  }
  if (!container.pinned_address.empty() && is_in_use(*network, container.pinned_address)) {
    throw Refusal(403, "Address already in use");
  }
  container.address = container.pinned_address.empty() ? choose_address(*network) : container.pinned_address;
  network->addresses[container.id] = container.address;
  container.ipv6_address =
      container.pinned_ipv6_address.empty() ? choose_ipv6_address(*network) : container.pinned_ipv6_address;
}

bool overlap(const PublishedPort& one, const PublishedPort& other) {
  const auto is_any = [](const std::string& address) { return address == "0.0.0.0"; };
  return one.host_port == other.host_port && one.protocol == other.protocol &&
         (one.host_address == other.host_address || is_any(one.host_address) || is_any(other.host_address));
}

[[noreturn]] void refuse_port(const Container& container, const std::string& why) {
  throw Refusal(500, fmt::format("driver failed programming external connectivity on endpoint {} ({}): {}",
                                 container.name, container.id, why));
}

void take_port(const State& state, const Container& container, PublishedPort& port) {
  for (const auto& other : state.containers) {
    for (const PublishedPort& taken : other->ports) {
      if (port.host_port != 0 && overlap(taken, port)) {
        refuse_port(container, fmt::format("Bind for {}:{} failed: port is already allocated",
                                           port.host_address, port.host_port));
      }
    }
  }
  if (port.protocol == "tcp") {
    port.socket = bind_tcp(port.host_address, port.host_port);
    if (!port.socket) {
      refuse_port(container, fmt::format("Error starting userland proxy: listen tcp4 {}:{}: bind: address "
                                         "already in use",
                                         port.host_address, port.host_port));
    }
  } else if (port.host_port == 0) {
    static_cast<void>(bind_tcp("127.0.0.1", port.host_port));  // some number that nobody uses
  }
}

// {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
void take_ports(const State& state, Container& container) {
  const Json host = container.spec.value("HostConfig", Json::object());
  const Json published = host.value("PortBindings", Json::object());
  for (const auto& [key, bindings] : published.items()) {
    for (const Json& binding : bindings) {
      const std::string address = binding.value("HostIp", "");
      const std::string number = binding.value("HostPort", "");
      PublishedPort port{.container_port = std::stoi(key),
                         .protocol = key.substr(key.find('/') + 1),
                         .host_address = address.empty() ? "0.0.0.0" : address,
                         .host_port = number.empty() ? 0 : std::stoi(number)};
      take_port(state, container, port);
      container.ports.push_back(std::move(port));
    }
  }
}

}  // namespace

void check_pinned_address(State& state, const Container& container) {
  Network* network = state.find_network(container.network);
  if (container.pinned_address.empty() || network == nullptr) {
    return;
  }
  const std::string where =
      fmt::format("invalid config for network {}: invalid endpoint settings:\n", network->name);
  if (!network->has_user_subnets) {
    throw Refusal(400, where +
                           "user specified IP address is supported only when connecting to networks with "
                           "user configured subnets");
  }
  const auto address = to_ipv4(container.pinned_address);
  const bool fits = address && std::ranges::any_of(network->subnets, [&](const Subnet& subnet) {
                      const auto range = to_range(subnet.subnet);
                      return range && range->holds(*address);
                    });
  if (!fits) {
    throw Refusal(400, where + fmt::format("no configured subnet or ip-range contain the IP address {}",
                                           container.pinned_address));
  }
}

void attach(State& state, Container& container) {
  try {
    take_address(state, container);
    take_ports(state, container);
  } catch (const Refusal&) {
    detach(state, container);
    throw;
  }
}

void detach(State& state, Container& container) {
  container.ports.clear();
  container.address.clear();
  container.ipv6_address.clear();
  if (Network* network = state.find_network(container.network)) {
    network->addresses.erase(container.id);
  }
}

}  // namespace ingot::testing
