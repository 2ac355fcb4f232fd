// SPDX-License-Identifier: Apache-2.0
#include "cluster/node_environment.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>

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

// What nodes and pods must reach without a proxy, besides what the user excepted.
std::string inside(const Creation& creation) {
  const auto& networking = creation.spec.networking;
  std::vector<std::string> names = {networking.service_subnet, networking.pod_subnet};
  for (const auto& node : creation.nodes) {
    names.push_back(node.name);
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

}  // namespace

std::vector<std::string> node_environment(const Creation& creation) {
  std::vector<std::string> environment = creation.options.node_env;
  auto proxies = to_map(creation.options.proxy_env);
  if (!proxies.empty()) {
    auto& exceptions = proxies["NO_PROXY"];
    exceptions += (exceptions.empty() ? "" : ",") + inside(creation);
  }
  for (const auto& [name, value] : proxies) {
    environment.push_back(fmt::format("{}={}", name, value));
    environment.push_back(fmt::format("{}={}", to_lower(name), value));  // programs differ in which they read
  }
  if (creation.spec.networking.dns_search) {
    environment.push_back("KIND_DNS_SEARCH=" + base::join(*creation.spec.networking.dns_search, " "));
  }
  return environment;
}

}  // namespace ingot::cluster
