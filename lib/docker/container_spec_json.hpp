// SPDX-License-Identifier: Apache-2.0
// Internal to lib/docker: parts of ContainerCreate's body that are made from types of ours.
#pragma once

#include "docker/types.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace ingot::docker {

// HostConfig.PortBindings.
[[nodiscard]] nlohmann::json to_port_bindings(const std::vector<PortBinding>& ports);

}  // namespace ingot::docker
