// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/ipv4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingot::testing {

namespace {

Json to_json(const Network& network, const State& state, bool with_containers) {
  Json configs = Json::array();
  for (const Subnet& subnet : network.subnets) {
    Json config = {{"Subnet", subnet.subnet}};
    if (!subnet.ip_range.empty()) {
      config["IPRange"] = subnet.ip_range;
    }
    if (!subnet.gateway.empty()) {
      config["Gateway"] = subnet.gateway;
    }
    configs.push_back(config);
  }
  Json containers = Json::object();
  for (const auto& [id, address] : network.addresses) {
    const auto container = state.find_container(id);
    const auto range = network.subnets.empty() ? std::nullopt : to_range(network.subnets.front().subnet);
    containers[id] = {{"Name", container ? container->name : ""},
                      {"IPv4Address", fmt::format("{}/{}", address, range ? range->bits : 16)},
                      {"IPv6Address", ""}};
  }
  return {
      {"Name", network.name},
      {"Id", network.id},
      {"Created", to_time_text(network.created)},
      {"Scope", "local"},
      {"Driver", network.driver},
      {"EnableIPv6", network.ipv6},
      {"IPAM", {{"Driver", "default"}, {"Options", nullptr}, {"Config", configs.empty() ? Json() : configs}}},
      {"Internal", false},
      {"Attachable", false},
      {"Containers", with_containers ? containers : Json::object()},
      {"Options", network.options},
      {"Labels", network.labels}};
}

bool is_taken(const State& state, const Ipv4Range& wanted) {
  for (const auto& [id, network] : state.networks) {
    for (const Subnet& subnet : network.subnets) {
      const auto range = to_range(subnet.subnet);
      if (range && range->overlaps(wanted)) {
        return true;
      }
    }
  }
  return false;
}

Subnet subnet_from(const Json& config) {
  require_members(config, {"Subnet", "Gateway", "IPRange"}, "IPAM.Config");
  Subnet subnet{.subnet = config.value("Subnet", ""),
                .gateway = config.value("Gateway", ""),
                .ip_range = config.value("IPRange", "")};
  if (subnet.subnet.find(':') != std::string::npos) {
    return subnet;  // IPv6 is kept and otherwise ignored
  }
  const auto range = to_range(subnet.subnet);
  if (!range) {
    throw Refusal(400, fmt::format("invalid network config:\ninvalid subnet {}: invalid CIDR block notation",
                                   subnet.subnet));
  }
  const std::string canonical = fmt::format("{}/{}", to_text(range->first), range->bits);
  if (canonical != subnet.subnet) {
    throw Refusal(400, fmt::format("invalid network config:\ninvalid subnet {}: it should be {}",
                                   subnet.subnet, canonical));
  }
  if (subnet.gateway.empty()) {
    subnet.gateway = to_text(range->first + 1);
  }
  return subnet;
}

// The engine's own pools: 172.17-31/16, then 192.168/20s.
Subnet choose_subnet(const State& state) {
  const auto try_one = [&](const std::string& cidr) { return !is_taken(state, *to_range(cidr)); };
  for (int second = 17; second < 32; ++second) {
    if (const auto cidr = fmt::format("172.{}.0.0/16", second); try_one(cidr)) {
      return {.subnet = cidr, .gateway = fmt::format("172.{}.0.1", second)};
    }
  }
  for (int third = 0; third < 256; third += 16) {
    if (const auto cidr = fmt::format("192.168.{}.0/20", third); try_one(cidr)) {
      return {.subnet = cidr, .gateway = fmt::format("192.168.{}.1", third)};
    }
  }
  throw Refusal(400, "all predefined address pools have been fully subnetted");
}

void choose_subnets(Network& network, const Json& body, const State& state) {
  const Json ipam = body.value("IPAM", Json::object());
  require_members(ipam, {"Driver", "Config", "Options"}, "IPAM");
  for (const Json& config : ipam.value("Config", Json::array())) {
    network.subnets.push_back(subnet_from(config));
    const auto range = to_range(network.subnets.back().subnet);
    if (range && is_taken(state, *range)) {
      throw Refusal(403, "Pool overlaps with other one on this address space");
    }
    network.has_user_subnets = true;
  }
  if (network.subnets.empty()) {
    network.subnets.push_back(choose_subnet(state));
  }
}

Network& require_network(State& state, const std::string& id_or_name) {
  Network* network = state.find_network(id_or_name);
  if (network == nullptr) {
    throw Refusal(404, fmt::format("network {} not found", id_or_name));
  }
  return *network;
}

}  // namespace

void list_networks(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  Json list = Json::array();
  for (const auto& [id, network] : call.state.networks) {
    list.push_back(to_json(network, call.state, false));
  }
  call.exchange.answer(to_reply(200, list));
}

void inspect_network(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  call.exchange.answer(to_reply(200, to_json(require_network(call.state, call.name()), call.state, true)));
}

void create_network(Call& call) {
  const Json body = call.object({"Name", "CheckDuplicate", "Driver", "EnableIPv6", "IPAM", "Labels",
                                 "Options", "Internal", "Attachable"});
  const std::scoped_lock lock(call.state.mutex);
  Network network{.id = call.state.new_id(),
                  .name = body.at("Name"),
                  .driver = body.value("Driver", "bridge"),
                  .labels = body.value("Labels", Json::object()),
                  .options = body.value("Options", Json::object()),
                  .ipv6 = body.value("EnableIPv6", false)};
  // From API 1.44 on, the engine checks by itself.
  const bool checks = call.api_minor >= 44 || body.value("CheckDuplicate", false);
  if (checks && call.state.find_network(network.name) != nullptr) {
    throw Refusal(409, fmt::format("network with name {} already exists", network.name));
  }
  choose_subnets(network, body, call.state);
  call.exchange.answer(to_reply(201, {{"Id", network.id}, {"Warning", ""}}));
  const std::string id = network.id;
  call.state.tell("network", "create", id, {{"name", network.name}});
  call.state.networks[id] = std::move(network);
}

void remove_network(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const Network& network = require_network(call.state, call.name());
  if (network.is_predefined) {
    throw Refusal(403, fmt::format("{} is a pre-defined network and cannot be removed", network.name));
  }
  if (!network.addresses.empty()) {
    throw Refusal(403, fmt::format("error while removing network: network {} id {} has active endpoints",
                                   network.name, network.id));
  }
  const std::string id = network.id;
  call.state.tell("network", "destroy", id, {{"name", network.name}});
  call.state.networks.erase(id);
  call.exchange.answer({.status = 204});
}

}  // namespace ingot::testing
