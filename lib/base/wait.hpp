// SPDX-License-Identifier: Apache-2.0
// Time limits and interruptible waiting. Every call of ours that can block takes a std::stop_token and throws
// Cancelled when it fires.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace ingot::base {

using Clock = std::chrono::steady_clock;

// Throws Cancelled if a stop was asked for.
void check_stop(const std::stop_token& stop);

// Sleeps for `time`, or throws Cancelled as soon as a stop is asked for.
void sleep_for(std::chrono::milliseconds time, const std::stop_token& stop);

// A stop token that fires when `stop` does, and when `time` has passed.
class TimeLimit {
 public:
  TimeLimit(std::chrono::milliseconds time, const std::stop_token& stop);
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  // Whether it was the time that ran out. A stop of the caller's is none.
  [[nodiscard]] bool has_passed() const { return passed_; }

 private:
  std::stop_source source_;
  std::atomic<bool> passed_{false};
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread alarm_;
};

// Calls `done` until it returns true, `interval` apart. `done` receives a string in which to leave what it
// last saw. Throws Error{timed_out} that names `what` and the last seen state once `deadline` has passed. For
// what cannot be watched only: prefer a watch or a blocking read.
void wait_until(const std::string& what, Clock::time_point deadline, std::chrono::milliseconds interval,
                const std::stop_token& stop, const std::function<bool(std::string& last_seen)>& done);

}  // namespace ingot::base
