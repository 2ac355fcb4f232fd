// SPDX-License-Identifier: Apache-2.0
#include "plan/mailbox.hpp"

namespace ingot::plan {

void Mailbox::post(Message message) {
  // Notified under the lock: the taker may destroy the mailbox as soon as it has the last message.
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
  posted_.notify_one();
}

std::optional<Message> Mailbox::take(base::Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const auto has_one = [&] { return !messages_.empty(); };
  if (deadline == base::Clock::time_point::max()) {
    posted_.wait(lock, has_one);
  } else if (!posted_.wait_until(lock, deadline, has_one)) {
    return std::nullopt;
  }
  Message message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

}  // namespace ingot::plan
