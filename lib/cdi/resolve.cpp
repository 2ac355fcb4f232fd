// SPDX-License-Identifier: Apache-2.0
#include "cdi/resolve.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ingot::cdi {

namespace {

[[noreturn]] void refuse(const std::string& device, const std::string& why) {
  throw base::Error(base::ErrorCode::unsupported,
                    fmt::format("'{}' cannot be given to a container that runs", device), why);
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The values of "--link a --link=b".
std::vector<std::string> values_of(const std::vector<std::string>& args, const std::string& flag) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == flag && i + 1 < args.size()) {
      values.push_back(args[++i]);
    } else if (args[i].starts_with(flag + "=")) {
      values.push_back(args[i].substr(flag.size() + 1));
    }
  }
  return values;
}

class Resolution {
 public:
  explicit Resolution(const KnownDevice& device) : device_(device) { grant_.device = device.name; }

  Grant run() {
    add(device_.spec->edits);
    add(device_.device().edits);
    std::ranges::stable_sort(grant_.mounts, {},
                             [](const GrantedMount& mount) { return std::ranges::count(mount.path, '/'); });
    return std::move(grant_);
  }

 private:
  void add(const Edits& edits) {
    if (!edits.only_at_creation.empty()) {
      refuse(device_.name, fmt::format("its CDI file has {}", edits.only_at_creation.front()));
    }
    for (const auto& variable : edits.env) {
      const auto name = variable.substr(0, variable.find('=') + 1);
      std::erase_if(grant_.env, [&](const std::string& one) { return one.starts_with(name); });
      grant_.env.push_back(variable);
    }
    for (const auto& node : edits.device_nodes) {
      add(node);
    }
    for (const auto& mount : edits.mounts) {
      add(mount);
    }
    for (const auto& hook : edits.hooks) {
      add(hook);
    }
    for (const auto gid : edits.additional_gids) {
      if (gid != 0 && std::ranges::find(grant_.gids, gid) == grant_.gids.end()) {
        grant_.gids.push_back(gid);
      }
    }
  }

  void add(const DeviceNode& node) {
    if (node.permissions == "none") {
      refuse(device_.name, fmt::format("{} is there with no permission", node.path));
    }
    std::erase_if(grant_.nodes, [&](const GrantedNode& one) { return one.path == node.path; });
    grant_.nodes.push_back({.path = node.path,
                            .host_path = node.host_path.empty() ? node.path : node.host_path,
                            .type = node.type,
                            .major = node.major,
                            .minor = node.minor,
                            .mode = node.file_mode,
                            .uid = node.uid,
                            .gid = node.gid,
                            .permissions = node.permissions});
  }

  void add(const Mount& mount) {
    if (!mount.type.empty() && mount.type != "bind" && mount.type != "none") {
      refuse(device_.name, fmt::format("{} is a mount of type {}", mount.container_path, mount.type));
    }
    std::erase_if(grant_.mounts, [&](const GrantedMount& one) { return one.path == mount.container_path; });
    grant_.mounts.push_back({.host_path = mount.host_path,
                             .path = mount.container_path,
                             .read_only = has(mount.options, "ro"),
                             .no_exec = has(mount.options, "noexec")});
  }

  // "nvidia-cdi-hook NAME ..." or "nvidia-ctk hook NAME ...".
  void add(const Hook& hook) {
    std::size_t place = 1;
    if (hook.args.size() > 1 && hook.args[1] == "hook") {
      place = 2;
    }
    const auto name = hook.args.size() > place ? hook.args[place] : std::string();
    static const std::set<std::string> needless = {"enable-cuda-compat", "update-application-profile",
                                                   "chmod"};
    if (name == "create-symlinks") {
      for (const auto& link : values_of(hook.args, "--link")) {
        if (const auto middle = link.find("::"); middle != std::string::npos) {
          grant_.links.push_back({.path = link.substr(middle + 2), .target = link.substr(0, middle)});
        }
      }
    } else if (name == "update-ldcache") {
      for (const auto& folder : values_of(hook.args, "--folder")) {
        if (!has(grant_.library_folders, folder)) {
          grant_.library_folders.push_back(folder);
        }
      }
    } else if (name == "disable-device-node-modification") {
      grant_.masks_params = true;
    } else if (!needless.contains(name)) {
      refuse(device_.name, fmt::format("its CDI file wants {} to run: {}", hook.name, hook.path));
    }
  }

  const KnownDevice& device_;
  Grant grant_;
};

}  // namespace

Grant resolve(const KnownDevice& device) {
  return Resolution(device).run();
}

}  // namespace ingot::cdi
