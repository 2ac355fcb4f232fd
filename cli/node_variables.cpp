// SPDX-License-Identifier: Apache-2.0
#include "node_variables.hpp"

#include "base/error.hpp"
#include "yaml/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace ingot::cli {

namespace {

constexpr std::array<std::string_view, 3> kProxies = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"};
constexpr std::string_view kLocalEngine = "unix:///var/run/docker.sock";

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

const yaml::Node* member(const yaml::Node* mapping, std::string_view key) {
  if (mapping == nullptr) {
    return nullptr;
  }
  const auto found =
      std::ranges::find_if(mapping->entries, [&](const auto& entry) { return entry.key.text == key; });
  return found == mapping->entries.end() ? nullptr : &found->value;
}

std::string docker_config(const Environment& environment) {
  auto folder = std::string(lookup(environment, "DOCKER_CONFIG"));
  if (const auto home = lookup(environment, "HOME"); folder.empty() && !home.empty()) {
    folder = fmt::format("{}/.docker", home);
  }
  std::ifstream file(folder + "/config.json", std::ios::binary);
  if (folder.empty() || !file) {
    return "";
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  // JSON is YAML but for tabs between its tokens, by which the docker client indents; inside of its texts
  // there are none.
  std::ranges::replace(text, '\t', ' ');
  return text;
}

Variables from_docker_config(const Environment& environment) {
  Variables found;
  try {
    const auto root = yaml::parse_first(docker_config(environment), yaml::manifest_limits());
    const auto* proxies = member(&root, "proxies");
    const auto host = lookup(environment, "DOCKER_HOST");
    const auto* entry = member(proxies, host.empty() ? kLocalEngine : host);
    entry = entry == nullptr ? member(proxies, "default") : entry;
    constexpr std::array<std::string_view, 3> kMembers = {"httpProxy", "httpsProxy", "noProxy"};
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
      const auto* value = member(entry, kMembers[i]);
      if (value != nullptr && value->kind == yaml::Kind::scalar && !value->text.empty()) {
        found.emplace(kProxies[i], value->text);
      }
    }
  } catch (const base::Error&) {  // it is the docker client's to complain about
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
