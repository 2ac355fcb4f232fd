// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/mounts.hpp"

#include "support/fake_engine/call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

const std::string kLayers = "/var/lib/docker/overlay2/";

void add_bind(Container& container, const std::string& source, const std::string& target,
              const std::string& mode) {
  container.mounts.push_back(
      {{"Type", "bind"},
       {"Source", source},
       {"Destination", target},
       {"Mode", mode},
       {"RW", mode.find("ro") != 0},
       {"Propagation", mode.find("rslave") == std::string::npos ? "rprivate" : "rslave"}});
}

void add_volume(State& state, Container& container, const std::string& name, const std::string& target,
                bool read_only) {
  state.volumes.try_emplace(name);
  container.mounts.push_back({{"Type", "volume"},
                              {"Name", name},
                              {"Source", "/var/lib/docker/volumes/" + name + "/_data"},
                              {"Destination", target},
                              {"Driver", "local"},
                              {"Mode", ""},
                              {"RW", !read_only},
                              {"Propagation", ""}});
}

// Ids of images begin with "sha256:".
std::string folder_of(const std::string& id) {
  return kLayers + id.substr(id.find(':') + 1) + "/diff";
}

// Of a folder that the engine keeps; null for others, of which the fake has none.
FileTree* tree_at(State& state, const std::string& folder) {
  for (const auto& container : state.containers) {
    if (folder == folder_of(container->id)) {
      return &container->files;
    }
  }
  for (auto& [id, image] : state.images) {
    if (folder == folder_of(id)) {
      return &image.files;
    }
  }
  return nullptr;
}

FileTree* tree_of(State& state, const Json& mount) {
  if (mount.at("Type") == "bind") {
    return tree_at(state, mount.at("Source"));
  }
  const auto volume = state.volumes.find(mount.at("Name"));
  return volume == state.volumes.end() ? nullptr : &volume->second.files;
}

}  // namespace

void add_mounts(State& state, Container& container, const Image& image) {
  const Json& host = member(container.spec, "HostConfig");
  for (const auto& bind : value_or(host, "Binds", Texts())) {
    const std::size_t first = bind.find(':');
    const std::size_t second = bind.find(':', first + 1);
    add_bind(container, bind.substr(0, first), bind.substr(first + 1, second - first - 1),
             second == std::string::npos ? "" : bind.substr(second + 1));
  }
  for (const auto& mount : member(host, "Mounts")) {
    const std::string source = mount.at("Source");
    const std::string target = mount.at("Target");
    const bool read_only = mount.value("ReadOnly", false);
    if (mount.at("Type") == "volume") {
      add_volume(state, container, source, target, read_only);
    } else {
      add_bind(container, source, target, read_only ? "ro" : "");
    }
  }
  Texts anonymous = image.volumes;
  for (const auto& [path, empty] : member(container.spec, "Volumes").items()) {
    anonymous.push_back(path);
  }
  for (const auto& path : anonymous) {
    const std::string name = state.new_id();
    state.volumes[name] = {.labels = {{kAnonymousVolume, ""}}, .files = image.files.below(path)};
    container.own_volumes.push_back(name);
    add_volume(state, container, name, path, false);
  }
  for (const auto& mount : container.mounts) {  // there has to be something to mount on
    if (const std::string target = mount.at("Destination"); container.files.find(target) == nullptr) {
      container.files.put(target, {.mode = 0755, .is_folder = true});
    }
  }
}

void remove_anonymous_volumes(State& state, const Container& container) {
  for (const auto& name : container.own_volumes) {
    state.volumes.erase(name);
  }
}

Place place_of(State& state, Container& container, const std::string& path) {
  Place place{.tree = &container.files, .path = path};
  std::size_t longest = 0;
  for (const auto& mount : container.mounts) {
    const std::string target = mount.at("Destination");
    const bool is_in = path == target || path.starts_with(target + "/");
    FileTree* tree = is_in && target.size() > longest ? tree_of(state, mount) : nullptr;
    if (tree != nullptr) {
      longest = target.size();
      place = {.tree = tree, .path = path == target ? "/" : path.substr(target.size())};
    }
  }
  return place;
}

std::string pack(State& state, Container& container, const std::string& path) {
  const auto place = place_of(state, container, path);
  return place.tree->pack(place.path, path.substr(path.rfind('/') + 1));
}

bool unpack(State& state, Container& container, const std::string& folder, std::string_view tar) {
  return unpack_tar(tar, [&](const std::string& path, FileEntry entry) {
    const auto place = place_of(state, container, normal_path(folder + "/" + path));
    place.tree->put(place.path, std::move(entry));
  });
}

Json to_graph_driver(const std::string& id) {
  return {{"Name", "overlay2"}, {"Data", {{"UpperDir", folder_of(id)}}}};
}

}  // namespace ingot::testing
