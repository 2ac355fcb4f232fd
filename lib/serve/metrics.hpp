// SPDX-License-Identifier: Apache-2.0
// What a server counts, as Prometheus reads it. Used by the server's one thread.
#pragma once

#include "live/world.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace ingot::serve {

class Metrics {
 public:
  std::size_t subscribers = 0;                   // now
  std::uint64_t messages = 0;                    // sent
  std::map<std::string, std::uint64_t> dropped;  // connections that the server ended, by the reason

  // A change has been handed to a subscriber's connection.
  void add_delay(std::chrono::nanoseconds since_its_cause);

  [[nodiscard]] std::string to_text(const live::World& world) const;

 private:
  static constexpr std::array kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0};  // seconds
  std::array<std::uint64_t, kBounds.size()> within_{};
  std::uint64_t delays_ = 0;
  double total_ = 0;
};

}  // namespace ingot::serve
