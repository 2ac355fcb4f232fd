// SPDX-License-Identifier: Apache-2.0
// The volumes in which an engine keeps snapshots, by their labels: what lib/snapshot makes, and `prune` must
// know again. A snapshot has one for its files, and one without any that describes it and names the other.
#pragma once

#include "docker/engine.hpp"

#include <stop_token>
#include <string_view>
#include <vector>

namespace ingot::node {

inline constexpr std::string_view kSnapshotLabel = "dev.ingot.snapshot";           // "demo/before-upgrade"
inline constexpr std::string_view kSnapshotDataLabel = "dev.ingot.snapshot.data";  // the volume of its files
inline constexpr std::string_view kSnapshotFilesLabel = "dev.ingot.snapshot.files-of";  // on that one

// Files of no snapshot that is listed: of a save or an import that was killed, or that is under way. While
// one is at work a container of its own uses them, and the engine removes none that is used. Errors as
// docker::Engine.
[[nodiscard]] std::vector<docker::VolumeInfo> unlisted_snapshot_files(docker::Engine& engine,
                                                                      const std::stop_token& stop);

}  // namespace ingot::node
