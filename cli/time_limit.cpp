// SPDX-License-Identifier: Apache-2.0
#include "time_limit.hpp"

namespace ingot::cli {

TimeLimit::TimeLimit(std::chrono::milliseconds limit, const std::stop_token& outer)
    : on_outer_(outer, [this] { source_.request_stop(); }),
      timer_([this, limit](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        over_.wait_for(lock, stop, limit, [] { return false; });
        if (!stop.stop_requested()) {
          source_.request_stop();
        }
      }) {}

}  // namespace ingot::cli
