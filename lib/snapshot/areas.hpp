// SPDX-License-Identifier: Apache-2.0
// Where in a node changes are, how they are kept, and the scripts that copy them. An area is a folder of the
// engine's machine: what a container changed of its image (overlay2's upper layer), or its volume at /var,
// which begins as a copy of the image's. Of each, three files are kept: what differs from the image, read
// while the node ran (base.tar); what had changed when it was read again, with the node paused
// (changes.tar); and what had gone by then (removed). The scripts run in a container of the engine, made from
// a node image: GNU tar, find and coreutils are there. Internal to lib/snapshot.
#pragma once

#include "snapshot/manifest.hpp"

#include <array>
#include <string>
#include <vector>

namespace ingot::snapshot {

struct Area {
  std::size_t node = 0;  // its place in the manifest
  bool is_volume = false;
  std::string path;  // "0/var"
};

inline constexpr std::array kAreaFiles{"base.tar", "changes.tar", "removed"};

// Where things are in the container that copies.
inline constexpr const char* kNodesFolder = "/ingot/nodes";        // areas below, by their paths
inline constexpr const char* kImagesFolder = "/ingot/images";      // layers: "/0/2" is the third of the first
inline constexpr const char* kSnapshotFolder = "/ingot/snapshot";  // the files

[[nodiscard]] std::vector<Area> areas_of(const std::vector<SavedNode>& nodes);

// Distinct images by their layers; `image_of` says which one a node has.
struct Images {
  std::vector<std::size_t> layer_counts;
  std::vector<std::size_t> image_of;
};

// Says "ready" when everything was copied once, waits for a line, copies what has changed, and says "copied".
// Then follow "version V", the lines "part SIZE SHA256 PATH", and "done".
[[nodiscard]] std::string copy_script(const std::vector<Area>& areas, const Images& images);

// Compares all parts with their checksums before anything else; 3 is its exit code when one is damaged, and
// its output says which. Nothing is unpacked without `areas`.
inline constexpr int kDamaged = 3;
[[nodiscard]] std::string unpack_script(const std::vector<Part>& parts, const std::vector<Area>& areas);

// To be run after unpack_script(), for a cluster whose nodes get new names: kubelets forget the pods that
// they had, nodes the devices (lib/device), which stay with the cluster that was saved, and controllers wait
// in /kind/held until the API tells of the new nodes.
[[nodiscard]] std::string forget_script(const std::vector<Area>& areas);

}  // namespace ingot::snapshot
