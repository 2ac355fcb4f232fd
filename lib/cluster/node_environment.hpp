// SPDX-License-Identifier: Apache-2.0
// The environment variables of node containers, as kind sets them (contract 3.4): proxies with everything
// inside the cluster excepted, and DNS search domains. Pure.
#pragma once

#include "cluster/creation.hpp"

#include <string>
#include <vector>

namespace ingot::cluster {

// "NAME=value", upper case first.
[[nodiscard]] std::vector<std::string> node_environment(const Creation& creation);

}  // namespace ingot::cluster
