// SPDX-License-Identifier: Apache-2.0
// A stop token that fires after a time, or when another one does.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ingot::cli {

class TimeLimit {
 public:
  TimeLimit(std::chrono::milliseconds limit, const std::stop_token& outer);

  [[nodiscard]] std::stop_token stop() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> on_outer_;
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread timer_;
};

}  // namespace ingot::cli
