// SPDX-License-Identifier: Apache-2.0
// What the threads of running steps tell the scheduling thread of the executor, in order. Any thread may
// post; one thread takes.
#pragma once

#include "base/error.hpp"
#include "base/wait.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace ingot::plan {

struct Message {
  enum class Kind { progress, mark, warn, finished, wake } kind = Kind::wake;
  std::size_t step = 0;
  std::string text;
  std::int64_t current = 0;
  std::int64_t total = 0;
  base::Clock::time_point at = base::Clock::now();
  std::optional<base::Failure> failure;  // of a finished step
  bool cancelled = false;                // a finished step that gave way to a stop
};

class Mailbox {
 public:
  void post(Message message);
  // Waits for the next message; nothing once `deadline` has passed.
  [[nodiscard]] std::optional<Message> take(base::Clock::time_point deadline);

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Message> messages_;
};

}  // namespace ingot::plan
