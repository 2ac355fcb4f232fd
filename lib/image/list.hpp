// SPDX-License-Identifier: Apache-2.0
// `image list`: the images of a cluster's nodes, all nodes asked at once.
#pragma once

#include "image/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::image {

// `nodes`: by name; empty: all. Error{not_found} for a cluster or node that is not there.
[[nodiscard]] ImageList list(node::Host& host, const std::string& cluster,
                             const std::vector<std::string>& nodes, const std::stop_token& stop);

// One node's account of its images added to a list. Pure.
struct NodeContents;
void add_node(ImageList& list, const std::string& node, const NodeContents& contents);

}  // namespace ingot::image
