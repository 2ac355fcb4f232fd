// SPDX-License-Identifier: Apache-2.0
#include "interrupts.hpp"

#include <csignal>

namespace ingot::cli {

namespace {

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGUSR1}) {
    sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { listen(); });
}

Interrupts::~Interrupts() {
  over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void Interrupts::on_resize(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  resize_ = std::move(callback);
}

void Interrupts::take(int signal) {
  if (signal == SIGWINCH) {
    const std::lock_guard lock(mutex_);
    if (resize_) {
      resize_();
    }
  } else if (signal != SIGUSR1) {
    int none = 0;
    if (signal_.compare_exchange_strong(none, signal)) {
      stop_.request_stop();
    } else {
      abandon_.request_stop();
    }
  }
}

void Interrupts::listen() {
  const sigset_t set = our_signals();
  while (!over_) {
    int signal = 0;
    if (::sigwait(&set, &signal) == 0) {
      take(signal);
    }
  }
}

}  // namespace ingot::cli
