// SPDX-License-Identifier: Apache-2.0
#include "docker_client.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ingot::cli {

std::string docker_client_folder(const Environment& environment) {
  if (const auto given = lookup(environment, "DOCKER_CONFIG"); !given.empty()) {
    return std::string(given);
  }
  const auto home = lookup(environment, "HOME");
  return home.empty() ? "" : fmt::format("{}/.docker", home);
}

yaml::Node read_docker_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return {};
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  // JSON is YAML but for tabs between its tokens, by which the docker client indents; inside of its texts
  // there are none.
  std::ranges::replace(text, '\t', ' ');
  try {
    return yaml::parse_first(text, yaml::manifest_limits());
  } catch (const base::Error&) {
    return {};
  }
}

yaml::Node read_docker_config(const Environment& environment) {
  const auto folder = docker_client_folder(environment);
  return folder.empty() ? yaml::Node() : read_docker_json(folder + "/config.json");
}

const yaml::Node* member(const yaml::Node* mapping, std::string_view key) {
  if (mapping == nullptr) {
    return nullptr;
  }
  const auto found =
      std::ranges::find_if(mapping->entries, [&](const auto& entry) { return entry.key.text == key; });
  return found == mapping->entries.end() ? nullptr : &found->value;
}

std::string text_member(const yaml::Node* mapping, std::string_view key) {
  const auto* value = member(mapping, key);
  return value != nullptr && value->kind == yaml::Kind::scalar ? value->text : "";
}

}  // namespace ingot::cli
