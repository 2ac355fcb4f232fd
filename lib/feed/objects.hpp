// SPDX-License-Identifier: Apache-2.0
// What the engine holds, as objects of the live API. Pure.
#pragma once

#include "base/error.hpp"
#include "cluster/results.hpp"
#include "docker/types.hpp"
#include "instance/results.hpp"
#include "live/object.hpp"
#include "node/host.hpp"

#include <string>
#include <vector>

namespace ingot::feed {

// Why something is away, for people.
[[nodiscard]] std::string words_of(const base::Error& error);

// `failure`: why it does not answer; empty: it does.
[[nodiscard]] live::Object to_object(const std::string& engine, const std::string& failure);
// Clusters and instances have no labels: the engine has none of clusters, and an instance's are ingot's own.
[[nodiscard]] live::Object to_object(const cluster::ClusterSummary& cluster);
[[nodiscard]] live::Object to_object(const node::Node& node);
[[nodiscard]] live::Object to_object(const instance::Summary& instance);
[[nodiscard]] live::Object to_object(const docker::NetworkInfo& network);
[[nodiscard]] live::Object to_object(const docker::ImageInfo& image);

}  // namespace ingot::feed
