// SPDX-License-Identifier: Apache-2.0
// Which node image is used when nobody named one: one that was built here (label dev.ingot.node-image), the
// newest Kubernetes first, because it starts fastest and is there; else the published one, pulled when
// absent.
#pragma once

#include "cluster/creation.hpp"
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

// The load balancer of a cluster, with the image it runs from: kind's Envoy where the engine has it, HAProxy
// where a node image brings it along, else Envoy, which joins `missing`.
[[nodiscard]] PlannedBalancer choose_balancer(node::Host& host, const std::string& cluster,
                                              std::vector<std::string>& missing, const std::stop_token& stop);

}  // namespace ingot::cluster
