// SPDX-License-Identifier: Apache-2.0
#include "node_variables.hpp"

#include "docker_client.hpp"
#include "engine_address.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace ingot::cli {

namespace {

constexpr std::array<std::string_view, 3> kProxies = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"};

using Variables = std::map<std::string, std::string, std::less<>>;

Variables from_environment(const Environment& environment) {
  Variables found;
  for (const auto name : kProxies) {
    std::string lower(name);
    for (char& c : lower) {
      c = c == '_' ? c : static_cast<char>(c - 'A' + 'a');
    }
    auto value = lookup(environment, name);
    value = value.empty() ? lookup(environment, lower) : value;
    if (!value.empty()) {
      found.emplace(name, value);
    }
  }
  return found;
}

Variables from_docker_config(const Environment& environment) {
  const auto config = read_docker_config(environment);
  const auto* proxies = member(&config, "proxies");
  if (proxies == nullptr) {
    return {};
  }
  const auto* entry = member(proxies, engine_address(environment).url());
  entry = entry == nullptr ? member(proxies, "default") : entry;
  constexpr std::array<std::string_view, 3> kMembers = {"httpProxy", "httpsProxy", "noProxy"};
  Variables found;
  for (std::size_t i = 0; i < kMembers.size(); ++i) {
    if (auto value = text_member(entry, kMembers[i]); !value.empty()) {
      found.emplace(kProxies[i], std::move(value));
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> proxy_variables(const Environment& environment) {
  auto variables = from_environment(environment);
  if (!variables.contains("HTTP_PROXY") && !variables.contains("HTTPS_PROXY")) {
    for (const auto& [name, value] : from_docker_config(environment)) {
      variables[name] = value;
    }
  }
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) {
    list.push_back(fmt::format("{}={}", name, value));
  }
  return list;
}

std::vector<std::string> passed_variables(const Environment& environment) {
  constexpr std::string_view kSnapshotter = "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER";
  const auto value = lookup(environment, kSnapshotter);
  return value.empty() ? std::vector<std::string>() : std::vector{fmt::format("{}={}", kSnapshotter, value)};
}

}  // namespace ingot::cli
