// SPDX-License-Identifier: Apache-2.0
// Waiting for a socket in a way that a stop token can interrupt at once: poll() on the socket and on an
// eventfd that the token's callback writes to. One object per wait, on one thread.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

namespace ingot::http {

class WakeOnStop {
 public:
  explicit WakeOnStop(std::stop_token stop);
  ~WakeOnStop();
  WakeOnStop(const WakeOnStop&) = delete;
  WakeOnStop& operator=(const WakeOnStop&) = delete;

  // Waits for `events` (POLLIN, POLLOUT) on `fd`, or for its end. False: `limit` has passed (zero: no limit).
  // Throws Cancelled.
  [[nodiscard]] bool wait(int fd, short events, std::chrono::milliseconds limit);

 private:
  std::stop_token stop_;
  base::Fd event_;
  std::optional<std::stop_callback<std::function<void()>>> callback_;
};

}  // namespace ingot::http
