// SPDX-License-Identifier: Apache-2.0
// Images as one archive, read once and imported by the containerd of several nodes at the same time. Nothing
// is kept on disk in between; memory stays the same whatever the archive's size.
#pragma once

#include "image/archive_splitter.hpp"
#include "node/host.hpp"

#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::image {

struct Target {
  node::Node node;
  std::string snapshotter;
  std::set<std::string> has;  // digests of blobs that it does not need
};

// Gives `sink` the archive, piece by piece, until its end or until `sink` returns false.
using Source =
    std::function<void(const std::function<bool(std::string_view)>& sink, const std::stop_token& stop)>;

// What the archive held. An import that fails does not stop the others; all failures are thrown as one then.
// A source that fails leaves the nodes as they were, but for blobs that they will collect as garbage.
std::vector<ArchivedImage> stream_into(node::Host& host, const std::vector<Target>& targets,
                                       const Source& source, const std::stop_token& stop);

}  // namespace ingot::image
