// SPDX-License-Identifier: Apache-2.0
// Signals as stop tokens. Construct before any other thread: SIGINT, SIGTERM, SIGHUP and SIGWINCH are blocked
// in the whole process and taken by one thread; SIGPIPE is ignored. The first interrupt asks to stop (and to
// clean up), the second to leave things as they are.
#pragma once

#include "plan/executor.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ingot::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] plan::Interrupts tokens() const { return {stop_.get_token(), abandon_.get_token()}; }
  // The first signal that asked to stop; 0 when none did.
  [[nodiscard]] int signal() const { return signal_; }
  // Replaces what SIGWINCH calls; it runs on the signal thread.
  void on_resize(std::function<void()> callback);

 private:
  void listen();
  void take(int signal);

  std::stop_source stop_;
  std::stop_source abandon_;
  std::atomic<int> signal_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::function<void()> resize_;
  std::thread thread_;
};

}  // namespace ingot::cli
