// SPDX-License-Identifier: Apache-2.0
#include "output/ticker.hpp"

#include <utility>

namespace ingot::cli::output {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> tick)
    : thread_([this, interval, tick = std::move(tick)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          std::unique_lock lock(mutex_);
          due_.wait_for(lock, stop, interval, [] { return false; });
          lock.unlock();
          if (!stop.stop_requested()) {
            tick();
          }
        }
      }) {}

}  // namespace ingot::cli::output
