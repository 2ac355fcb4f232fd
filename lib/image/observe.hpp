// SPDX-License-Identifier: Apache-2.0
// What a load finds: the images in the engine, the nodes, and what each node has.
#pragma once

#include "image/layer_copy.hpp"
#include "image/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::image {

struct Observed {
  std::vector<node::Node> nodes;
  std::vector<NodeContents> contents;  // of each node
  std::vector<WantedImage> images;     // one for each reference
};

// The running nodes of a cluster that can hold images; those named, or all. Error{not_found}.
[[nodiscard]] std::vector<node::Node> nodes_for_images(node::Host& host, const std::string& cluster,
                                                       const std::vector<std::string>& names,
                                                       const std::stop_token& stop);

// Error{not_found} with everything that is missing.
[[nodiscard]] Observed observe(node::Host& host, const LoadRequest& request, const std::stop_token& stop);

// For every image and node what there is to do.
[[nodiscard]] std::vector<LoadedImage> decide(const Observed& observed, const LoadRequest& request);

}  // namespace ingot::image
