// SPDX-License-Identifier: Apache-2.0
// kubeadm's configuration for this cluster, as kind words it, with what ingot adds for speed.
#pragma once

#include "cluster/creation.hpp"

#include <string>

namespace ingot::cluster {

// Of one node, with the cluster file's patches applied. `version` as /kind/version has it.
[[nodiscard]] std::string kubeadm_config_for(const Creation& creation, const PlannedNode& node,
                                             const std::string& version);

// For the native bootstrap, with boot::Names' placeholders in the place of names and addresses.
[[nodiscard]] std::string rendering_config(const Creation& creation);

}  // namespace ingot::cluster
