// SPDX-License-Identifier: Apache-2.0
#include "node_cdi.hpp"

#include "cdi/grant_json.hpp"
#include "cdi/replicas.hpp"
#include "places.hpp"
#include "text_file.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

namespace ingot::agent {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kReplicas = "dev.ingot/replicas";  // an annotation

std::string kind_of(const cdi::Grant& grant) {
  return grant.device.substr(0, grant.device.find('='));
}

json mount_of(const std::string& path, bool read_only, bool no_exec) {
  json options = {"nosuid", "nodev", "rbind", "rprivate"};
  options.push_back(read_only ? "ro" : "rw");
  if (no_exec) {
    options.push_back("noexec");
  }
  return {{"hostPath", path}, {"containerPath", path}, {"options", std::move(options)}};
}

// Type and numbers are those of the node's own; what else is not said is a runtime's to choose.
json node_of(const cdi::GrantedNode& node) {
  json object = {{"path", node.path}};
  const auto put = [&](const char* key, const std::optional<std::int64_t>& number) {
    if (number) {
      object[key] = *number;
    }
  };
  put("fileMode", node.mode);
  put("uid", node.uid);
  put("gid", node.gid);
  if (!node.permissions.empty()) {
    object["permissions"] = node.permissions;
  }
  return object;
}

// libcuda.so.1 and libcuda.so, beside a mounted libcuda.so.550.54.15 that both lead to.
std::vector<std::string> links_to(const std::string& library) {
  std::vector<std::string> links;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(library).parent_path(), error)) {
    if (entry.is_symlink(error) && fs::canonical(entry.path(), error) == fs::canonical(library, error)) {
      links.push_back(entry.path().string());
    }
  }
  std::ranges::sort(links);
  return links;
}

json edits_of(const cdi::Grant& grant) {
  json nodes = json::array();
  for (const auto& node : grant.nodes) {
    nodes.push_back(node_of(node));
  }
  json mounts = json::array();
  for (const auto& mount : grant.mounts) {
    mounts.push_back(mount_of(mount.path, mount.read_only, mount.no_exec));
    if (mount.path.find(".so.") != std::string::npos) {
      for (const auto& link : links_to(mount.path)) {
        mounts.push_back(mount_of(link, true, mount.no_exec));
      }
    }
  }
  json edits = json::object();
  const auto add = [&](const char* key, json value) {
    if (!value.empty()) {
      edits[key] = std::move(value);
    }
  };
  add("env", grant.env);
  add("deviceNodes", std::move(nodes));
  add("mounts", std::move(mounts));
  add("additionalGids", grant.gids);
  return edits;
}

json device_of(const cdi::Grant& grant) {
  json device = {{"name", grant.device.substr(grant.device.find('=') + 1)},
                 {"containerEdits", edits_of(grant)}};
  if (grant.replicas > 1) {
    device["annotations"] = {{kReplicas, std::to_string(grant.replicas)}};
  }
  return device;
}

std::int64_t replicas_of(const json& device) {
  const auto annotations = device.value("annotations", json());
  const auto found = annotations.is_object() ? annotations.find(kReplicas) : annotations.end();
  std::int64_t replicas = 1;
  if (found != annotations.end() && found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    std::from_chars(text.data(), text.data() + text.size(), replicas);
  }
  return std::clamp<std::int64_t>(replicas, 1, cdi::kMostReplicas);
}

// Once for all devices of a kind that a container gets: only the container's own linker knows where it looks.
json edits_for_linker(const std::vector<cdi::Grant>& grants, const std::string& kind) {
  std::vector<std::string> args = {kAgent, kCacheWord};
  for (const auto& grant : grants) {
    for (const auto& folder : grant.library_folders) {
      if (kind_of(grant) == kind && std::ranges::find(args, folder) == args.end()) {
        args.push_back(folder);
      }
    }
  }
  if (args.size() == 2) {
    return json::object();
  }
  return {{"hooks", json::array({{{"hookName", "createContainer"}, {"path", kAgent}, {"args", args}}})}};
}

}  // namespace

std::map<std::string, std::string> node_cdi_files(const std::vector<cdi::Grant>& grants) {
  std::map<std::string, json> devices;
  std::set<std::string> with_gids;
  std::set<std::string> with_annotations;
  for (const auto& grant : grants) {
    const auto kind = kind_of(grant);
    devices[kind].push_back(device_of(grant));
    if (!grant.gids.empty()) {
      with_gids.insert(kind);
    }
    if (grant.replicas > 1) {
      with_annotations.insert(kind);
    }
  }
  std::map<std::string, std::string> files;
  for (auto& [kind, list] : devices) {
    // The lowest version that has all fields: older runtimes know no newer one.
    const bool has_dot = kind.find('.', kind.find('/')) != kind.npos;
    const char* version = with_gids.contains(kind)                     ? "0.7.0"
                          : with_annotations.contains(kind) || has_dot ? "0.6.0"
                                                                       : "0.5.0";
    json file{{"cdiVersion", version}, {"kind", kind}, {"devices", std::move(list)}};
    if (auto edits = edits_for_linker(grants, kind); !edits.empty()) {
      file["containerEdits"] = std::move(edits);
    }
    files[cdi::file_in_container(kind)] = file.dump(1) + "\n";
  }
  return files;
}

std::map<std::string, Offers> read_node_cdi(const std::string& folder) {
  std::map<std::string, Offers> offers;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(kFilePrefix) || !name.ends_with(".json")) {
      continue;
    }
    const auto file = json::parse(read_text(entry.path().string()), nullptr, false);
    if (!file.is_object() || !file.value("kind", json()).is_string() ||
        !file.value("devices", json()).is_array()) {
      continue;
    }
    auto& of_kind = offers[file["kind"].get<std::string>()];
    for (const auto& device : file["devices"]) {
      if (device.is_object() && device.value("name", json()).is_string()) {
        const auto device_name = device["name"].get<std::string>();
        for (const auto& id : cdi::kubelet_ids(device_name, replicas_of(device))) {
          of_kind.emplace(id, device_name);
        }
      }
    }
  }
  return offers;
}

}  // namespace ingot::agent
