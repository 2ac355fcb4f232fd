// SPDX-License-Identifier: Apache-2.0
// What the executor's tests share: a sink that keeps events as short lines, a gate that one thread opens and
// others wait at (with a deadline, so that a broken executor fails instead of hanging), and a log of what
// ran.
#pragma once

#include "plan/executor.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace ingot::plan::test {

class Gate {
 public:
  void open();
  // False when nobody opened it in time.
  [[nodiscard]] bool pass();
  // The same as an Error: Catch2 takes assertions from one thread only, so a step tells by failing.
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

// Lines in the order in which they were written, by any thread.
class Log {
 public:
  void add(std::string line);
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] bool has(const std::string& line) const;
  // `first` and `second` are there, in this order.
  [[nodiscard]] bool in_order(const std::string& first, const std::string& second) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Keeps every event, and as "start a", "mark a: text", "done a", "failed a", "warning: text", ... Notes when
// two threads told it something at once.
class RecordingSink final : public EventSink {
 public:
  void on(const Event& event) noexcept override;

  Log log;
  std::vector<Event> events;
  std::function<void(const std::string& line)> on_line;  // called after the line is in the log
  std::atomic<bool> told_at_once = false;

 private:
  std::atomic<bool> busy_ = false;
};

// A step that only writes "run <id>" and "undo <id>".
[[nodiscard]] Step logging_step(Log& log, const std::string& id, std::vector<std::string> needs = {});

// The same, and its run ends with Error{command_failed, "<id> broke"}.
[[nodiscard]] Step failing_step(Log& log, const std::string& id, std::vector<std::string> needs = {});

// Until a stop is asked for; then throws Cancelled, as every blocking call of ours does.
void run_until_stopped(const std::stop_token& stop);

[[nodiscard]] ExecuteOptions create_options();
[[nodiscard]] Outcome run(const Plan& plan, RecordingSink& sink,
                          const ExecuteOptions& options = create_options(),
                          const Interrupts& interrupts = {});

}  // namespace ingot::plan::test
