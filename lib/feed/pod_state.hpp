// SPDX-License-Identifier: Apache-2.0
// How a pod is, in the words of `kubectl get pods`: as Kubernetes' pkg/printers/internalversion does it.
// Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace ingot::feed {

struct PodState {
  std::string status;  // "CrashLoopBackOff"
  std::uint64_t ready = 0;
  std::uint64_t containers = 0;
  std::uint64_t restarts = 0;
};

// A Pod object, of any shape.
[[nodiscard]] PodState state_of_pod(const nlohmann::json& pod);

}  // namespace ingot::feed
