// SPDX-License-Identifier: Apache-2.0
// A thread that calls a function every `interval` until the object goes. The function must not throw.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ingot::cli::output {

class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> tick);

 private:
  std::mutex mutex_;
  std::condition_variable_any due_;
  std::jthread thread_;
};

}  // namespace ingot::cli::output
