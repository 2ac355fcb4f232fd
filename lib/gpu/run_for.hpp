// SPDX-License-Identifier: Apache-2.0
// A program that may hang. Internal to lib/gpu.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::gpu {

// What it printed until its end, whatever its exit code; nothing when it took longer than `limit`: then it
// was killed. A process that sleeps in the kernel stays behind, and ends when it can. Throws base::Cancelled.
[[nodiscard]] std::optional<std::string> run_for(const std::vector<std::string>& command,
                                                 std::chrono::milliseconds limit,
                                                 const std::stop_token& stop);

}  // namespace ingot::gpu
