// SPDX-License-Identifier: Apache-2.0
// Which node image is used when nobody named one: one that was built here (label dev.ingot.node-image), the
// newest Kubernetes first, because it starts fastest and is there; else the published one, pulled when
// absent.
#pragma once

#include "config/cluster_spec.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

struct ImageChoice {
  std::vector<std::string> images;   // one for each node of the spec
  std::vector<std::string> missing;  // of these, each once, those that the engine must pull
};

// `override_image` replaces every node's when not empty.
[[nodiscard]] ImageChoice choose_images(node::Host& host, const config::ClusterSpec& spec,
                                        const std::string& override_image, const std::stop_token& stop);

}  // namespace ingot::cluster
