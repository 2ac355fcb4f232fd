// SPDX-License-Identifier: Apache-2.0
// Limits of a node, enforced by the engine on its container, and told truly by its kubelet: kubelet asks
// /proc and /sys, which speak of the whole machine.
#pragma once

#include "config/limits.hpp"
#include "docker/types.hpp"
#include "tar/tar.hpp"

#include <string>
#include <vector>

namespace ingot::node {

[[nodiscard]] docker::Limits to_docker(const config::Limits& limits);
[[nodiscard]] config::Limits from_docker(const docker::Limits& limits);

// What lets a node's kubelet see what the node's cgroup (of either version) allows, from its next start on,
// whatever that is by then. Harmless in a node without limits. For our images and kind's.
[[nodiscard]] std::vector<tar::File> limit_files();

// The shell script among them. $ROOT stands before each path, for tests.
[[nodiscard]] std::string limit_script();

}  // namespace ingot::node
