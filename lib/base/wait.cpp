// SPDX-License-Identifier: Apache-2.0
#include "base/wait.hpp"

#include "base/error.hpp"

#include <condition_variable>
#include <mutex>

namespace ingot::base {

void check_stop(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    throw Cancelled();
  }
}

void sleep_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, time, [] { return false; });
  check_stop(stop);
}

TimeLimit::TimeLimit(std::chrono::milliseconds time, const std::stop_token& stop)
    : on_stop_(stop, [this] { source_.request_stop(); }), alarm_([this, time](const std::stop_token& over) {
        try {
          sleep_for(time, over);
          passed_ = true;
          source_.request_stop();
        } catch (const Cancelled&) {  // what was limited ended first
          return;
        }
      }) {}

void wait_until(const std::string& what, Clock::time_point deadline, std::chrono::milliseconds interval,
                const std::stop_token& stop, const std::function<bool(std::string&)>& done) {
  std::string last_seen;
  for (;;) {
    check_stop(stop);
    if (done(last_seen)) {
      return;
    }
    if (Clock::now() + interval > deadline) {
      throw Error(ErrorCode::timed_out, "timed out waiting for " + what, last_seen);
    }
    sleep_for(interval, stop);
  }
}

}  // namespace ingot::base
