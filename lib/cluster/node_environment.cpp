// SPDX-License-Identifier: Apache-2.0
#include "cluster/node_environment.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <set>

namespace ingot::cluster {

namespace {

std::map<std::string, std::string> to_map(const std::vector<std::string>& variables) {
  std::map<std::string, std::string> map;
  for (const auto& variable : variables) {
    const auto equals = variable.find('=');
    map[variable.substr(0, equals)] = equals == std::string::npos ? "" : variable.substr(equals + 1);
  }
  return map;
}

// What nodes and pods must reach without a proxy: what is inside, and what the user excepted.
std::string without_proxy(const Creation& creation, const std::string& users) {
  const auto& networking = creation.spec.networking;
  std::vector<std::string> names = creation.network_subnets;
  if (!users.empty()) {
    names.push_back(users);
  }
  names.insert(names.end(), {networking.service_subnet, networking.pod_subnet});
  for (const auto& node : creation.nodes) {
    names.push_back(node.name);
  }
  if (creation.balancer) {
    names.push_back(creation.balancer->name);
  }
  names.insert(names.end(), {".svc", ".svc.cluster", ".svc.cluster.local"});
  return base::join(names, ",");
}

std::string to_lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::map<std::string, std::string> common_environment(const Creation& creation) {
  std::map<std::string, std::string> environment;
  auto proxies = to_map(creation.options.proxy_env);
  if (!proxies.empty()) {
    auto& exceptions = proxies["NO_PROXY"];
    exceptions = without_proxy(creation, exceptions);
  }
  for (const auto& [name, value] : proxies) {
    environment[name] = value;
    environment[to_lower(name)] = value;  // programs differ in which they read
  }
  if (creation.spec.networking.dns_search) {
    environment["KIND_DNS_SEARCH"] = base::join(*creation.spec.networking.dns_search, " ");
  }
  return environment;
}

std::vector<std::string> to_list(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(fmt::format("{}={}", name, value));
  }
  return variables;
}

}  // namespace

std::vector<std::string> balancer_environment(const Creation& creation) {
  return to_list(common_environment(creation));
}

std::vector<std::string> shared_environment(const std::vector<std::string>& of_node) {
  static const std::set<std::string> kShared = {"http_proxy", "https_proxy", "no_proxy", "kind_dns_search"};
  auto environment = to_map(of_node);
  std::erase_if(environment,
                [](const auto& variable) { return !kShared.contains(to_lower(variable.first)); });
  return to_list(environment);
}

std::vector<std::string> node_environment(const Creation& creation, const PlannedNode& node) {
  auto environment = common_environment(creation);
  for (const auto& variables : {to_map(creation.options.node_env), node.spec->env}) {
    for (const auto& [name, value] : variables) {
      environment[name] = value;
    }
  }
  return to_list(environment);
}

}  // namespace ingot::cluster
