// SPDX-License-Identifier: Apache-2.0
#include "cdi/grant_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::cdi {

namespace {

using nlohmann::json;

void put(json& object, const char* key, const std::optional<std::int64_t>& number) {
  if (number) {
    object[key] = *number;
  }
}

std::optional<std::int64_t> number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : std::optional(found->get<std::int64_t>());
}

json to_json(const GrantedNode& node) {
  json object = {{"path", node.path}, {"hostPath", node.host_path}, {"type", node.type}};
  put(object, "major", node.major);
  put(object, "minor", node.minor);
  put(object, "mode", node.mode);
  put(object, "uid", node.uid);
  put(object, "gid", node.gid);
  if (!node.permissions.empty()) {
    object["permissions"] = node.permissions;
  }
  return object;
}

GrantedNode node_of(const json& object) {
  return {.path = object.at("path"),
          .host_path = object.at("hostPath"),
          .type = object.at("type"),
          .major = number_at(object, "major"),
          .minor = number_at(object, "minor"),
          .mode = number_at(object, "mode"),
          .uid = number_at(object, "uid"),
          .gid = number_at(object, "gid"),
          .permissions = object.value("permissions", std::string())};
}

}  // namespace

json to_json(const Grant& grant) {
  json nodes = json::array();
  for (const auto& node : grant.nodes) {
    nodes.push_back(to_json(node));
  }
  json mounts = json::array();
  for (const auto& mount : grant.mounts) {
    mounts.push_back({{"hostPath", mount.host_path},
                      {"path", mount.path},
                      {"readOnly", mount.read_only},
                      {"noExec", mount.no_exec}});
  }
  json links = json::array();
  for (const auto& link : grant.links) {
    links.push_back({{"path", link.path}, {"target", link.target}});
  }
  return {{"device", grant.device},    {"env", grant.env},
          {"nodes", std::move(nodes)}, {"mounts", std::move(mounts)},
          {"links", std::move(links)}, {"libraryFolders", grant.library_folders},
          {"gids", grant.gids},        {"masksParams", grant.masks_params},
          {"replicas", grant.replicas}};
}

Grant grant_of(const json& object) {
  Grant grant{.device = object.at("device"),
              .env = object.at("env"),
              .library_folders = object.at("libraryFolders"),
              .gids = object.at("gids"),
              .masks_params = object.at("masksParams"),
              .replicas = object.value("replicas", std::int64_t{1})};  // older files have none
  for (const auto& node : object.at("nodes")) {
    grant.nodes.push_back(node_of(node));
  }
  for (const auto& mount : object.at("mounts")) {
    grant.mounts.push_back({.host_path = mount.at("hostPath"),
                            .path = mount.at("path"),
                            .read_only = mount.at("readOnly"),
                            .no_exec = mount.at("noExec")});
  }
  for (const auto& link : object.at("links")) {
    grant.links.push_back({.path = link.at("path"), .target = link.at("target")});
  }
  return grant;
}

std::string file_in_container(std::string kind) {
  std::ranges::replace(kind, '/', '-');
  return "/run/cdi/ingot-" + kind + ".json";
}

}  // namespace ingot::cdi
