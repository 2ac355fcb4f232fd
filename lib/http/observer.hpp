// SPDX-License-Identifier: Apache-2.0
// For people who look for a fault: every request of this process, told when it has ended. Without an observer
// it costs one load of a pointer per request.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace ingot::http {

// The texts last for the call only.
struct Observed {
  std::string_view server;  // path of a unix socket, or the base URL
  std::string_view method;
  std::string_view target;
  int status = 0;  // 0: no answer came, `error` says why
  std::string_view error;
  std::chrono::milliseconds elapsed{0};
  std::string_view request_body;  // empty where it was streamed or is a file
  std::string_view answer_body;   // empty where it was streamed
};

// Called on the threads of the requests, also from several at a time. Must not throw.
using Observer = std::function<void(const Observed&)>;

// `observer` is told while this object lives: one at a time in a process, made before and gone after the
// requests it is told of.
class Observation {
 public:
  explicit Observation(Observer observer);
  ~Observation();
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

 private:
  Observer observer_;
};

// Null when nobody observes.
[[nodiscard]] const Observer* observer() noexcept;

}  // namespace ingot::http
