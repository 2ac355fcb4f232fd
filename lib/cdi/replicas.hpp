// SPDX-License-Identifier: Apache-2.0
// One device that several pods have at a time: a kubelet counts whole devices only, so it is told of several.
#pragma once

#include "cdi/grant.hpp"

#include <string>
#include <vector>

namespace ingot::cdi {

// A node runs 110 pods unless told otherwise.
inline constexpr std::int64_t kMostReplicas = 100;

// What a kubelet knows the device "vendor.com/gpu=0" by: "0"; of replicas "0::0", "0::1", as NVIDIA's plugin
// names them.
[[nodiscard]] std::vector<std::string> kubelet_ids(const std::string& device, std::int64_t replicas);

}  // namespace ingot::cdi
