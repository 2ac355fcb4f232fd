// SPDX-License-Identifier: Apache-2.0
// What a container uses of its machine right now.
#pragma once

#include "node/host.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace ingot::node {

struct Usage {
  std::optional<double> cpu_cores;  // empty: its counter did not move as counters do
  std::uint64_t memory_bytes = 0;
};

// Looks twice, `window` apart. Errors as Host, when the container stops in between, say.
[[nodiscard]] Usage measure(Host& host, const std::string& id, std::chrono::milliseconds window,
                            const std::stop_token& stop);

}  // namespace ingot::node
