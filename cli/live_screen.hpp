// SPDX-License-Identifier: Apache-2.0
// The full-screen view of `ingot watch`: the picture is drawn again whenever something changes, and keys move
// in it. The terminal is as it was when the object goes.
#pragma once

#include "context.hpp"
#include "output/live_board.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace ingot::cli {

class LiveScreen {
 public:
  // `context` must outlive it.
  explicit LiveScreen(Context& context);
  ~LiveScreen();
  LiveScreen(const LiveScreen&) = delete;
  LiveScreen& operator=(const LiveScreen&) = delete;

  // A message of the live API. Any thread.
  void take(std::string_view message);
  // Shows what was seen last, and why there is nothing newer; empty: there is again. Any thread.
  void set_lost(const std::string& reason);

  // Fires when the user quits, and when the command is to stop.
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }
  // How the user quit: exit_done for q, exit_interrupted for Ctrl-C, which is a key while the terminal is
  // raw.
  [[nodiscard]] int exit_code() const { return exit_code_; }
  [[nodiscard]] bool has_quit() const { return has_quit_; }

 private:
  void read_keys(const std::stop_token& end);
  void press(std::string_view keys);
  void draw();

  Context& context_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::mutex mutex_;  // of what follows
  output::LiveBoard board_;
  std::size_t first_ = 0;
  std::atomic<bool> has_quit_{false};
  std::atomic<int> exit_code_{0};
  std::shared_ptr<void> raw_;
  std::jthread keys_;  // last: it uses all of the above
};

}  // namespace ingot::cli
