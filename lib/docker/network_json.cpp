// SPDX-License-Identifier: Apache-2.0
#include "docker/network_json.hpp"

#include "docker/json_value.hpp"

#include <nlohmann/json.hpp>

namespace ingot::docker {

namespace {

NetworkInfo to_network(const JsonValue& value) {
  NetworkInfo network;
  network.id = value.at("Id").as_text();
  network.name = value.at("Name").as_text();
  network.driver = value.text("Driver");
  network.ipv6 = value.flag("EnableIPv6");
  network.labels = value.text_map("Labels");
  network.options = value.text_map("Options");
  network.created = value.text("Created");
  if (const auto ipam = value.find("IPAM")) {
    ipam->each("Config", [&](const JsonValue& config) {
      network.subnets.push_back({.subnet = config.text("Subnet"),
                                 .gateway = config.text("Gateway"),
                                 .ip_range = config.text("IPRange")});
    });
  }
  value.each_member("Containers", [&](const std::string& id, const JsonValue& container) {
    network.container_addresses[id] = container.text("IPv4Address");
  });
  return network;
}

}  // namespace

NetworkInfo parse_network(std::string_view text) {
  const JsonDocument document(text, "a network");
  return to_network(document.root());
}

std::vector<NetworkInfo> parse_network_list(std::string_view text) {
  const JsonDocument document(text, "a list of networks");
  std::vector<NetworkInfo> list;
  document.root().each([&](const JsonValue& value) { list.push_back(to_network(value)); });
  return list;
}

std::string to_json(const NetworkSpec& spec) {
  nlohmann::json root = {{"Name", spec.name},
                         {"Driver", spec.driver},
                         {"EnableIPv6", spec.ipv6},
                         // Up to API 1.43 an engine makes a second network of the same name without this.
                         {"CheckDuplicate", true}};
  for (const auto& subnet : spec.subnets) {
    nlohmann::json config = {{"Subnet", subnet.subnet}};
    if (!subnet.gateway.empty()) {
      config["Gateway"] = subnet.gateway;
    }
    if (!subnet.ip_range.empty()) {
      config["IPRange"] = subnet.ip_range;
    }
    root["IPAM"]["Config"].push_back(config);
  }
  if (!spec.labels.empty()) {
    root["Labels"] = spec.labels;
  }
  if (!spec.options.empty()) {
    root["Options"] = spec.options;
  }
  return to_request_text(root);
}

}  // namespace ingot::docker
