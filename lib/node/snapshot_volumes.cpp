// SPDX-License-Identifier: Apache-2.0
#include "node/snapshot_volumes.hpp"

#include <set>
#include <string>

namespace ingot::node {

std::vector<docker::VolumeInfo> unlisted_snapshot_files(docker::Engine& engine, const std::stop_token& stop) {
  // The files first: one that is listed in between is then found to be so.
  auto files = engine.list_volumes({std::string(kSnapshotFilesLabel)}, stop);
  std::set<std::string> listed;
  for (const auto& volume : engine.list_volumes({std::string(kSnapshotLabel)}, stop)) {
    listed.insert(docker::label_of(volume.labels, kSnapshotDataLabel));
  }
  std::erase_if(files, [&](const docker::VolumeInfo& one) { return listed.contains(one.name); });
  return files;
}

}  // namespace ingot::node
