// SPDX-License-Identifier: Apache-2.0
#include "node/usage.hpp"

#include "base/wait.hpp"

namespace ingot::node {

Usage measure(Host& host, const std::string& id, std::chrono::milliseconds window,
              const std::stop_token& stop) {
  const auto first = host.usage(id, stop);
  base::sleep_for(window, stop);
  const auto second = host.usage(id, stop);
  Usage usage{.cpu_cores = {}, .memory_bytes = second.memory_bytes};
  const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(second.at - first.at).count();
  if (passed > 0 && second.cpu_ns >= first.cpu_ns) {
    usage.cpu_cores = static_cast<double>(second.cpu_ns - first.cpu_ns) / static_cast<double>(passed);
  }
  return usage;
}

}  // namespace ingot::node
