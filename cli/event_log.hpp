// SPDX-License-Identifier: Apache-2.0
// What ingot did, kept for the day on which somebody asks: every operation that changes something appends its
// events as JSON lines to one file (docs/logs.md). Its size is bounded: at kMostBytes it becomes "<file>.1",
// and that one goes. Several processes may write at once. A log that cannot be written is no failure of
// anything. Keys, tokens and passwords are left out.
#pragma once

#include "base/error.hpp"
#include "base/fd.hpp"
#include "host.hpp"
#include "output/value.hpp"
#include "plan/event.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

class EventLog {
 public:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 20U;

  // Of one process. `arguments`: of the command line; what follows "--" is not kept.
  explicit EventLog(std::vector<std::string> arguments);

  // What comes is about `subject`, "cluster/demo". The file is opened, and its folder made, when the first
  // event comes: a command that changes nothing writes nothing. Empty path: nothing is kept.
  void begin(const std::string& path, const std::string& subject);
  void add(const plan::Event& event) noexcept;
  // Whoever runs us is told, too, of all events, and at once.
  void tell(base::Fd events);
  // The end of the command.
  void end(int exit_code, const base::Failure* failure) noexcept;

  // Of the file; empty when it holds nothing of this command.
  [[nodiscard]] std::string path() const;

 private:
  void open();
  void write(std::string_view type, output::Value::Object members, bool to_file = true) noexcept;

  const std::vector<std::string> arguments_;
  std::string run_;  // tells processes apart
  std::mutex mutex_;
  std::string path_;
  std::string subject_;
  base::Fd file_;
  base::Fd told_;  // a pipe to whoever runs us
  bool is_command_told_ = false;
};

// The pipe to a server that runs us, as it says in INGOT_EVENTS_FD (serve/process.hpp); none where there is
// no server. Programs that we start do not get it.
[[nodiscard]] base::Fd events_fd(const Environment& environment);

// Passes events on to a display, and tells the log of them.
class LoggedEvents final : public plan::EventSink {
 public:
  LoggedEvents(plan::EventSink& shown, EventLog& log) : shown_(shown), log_(log) {}
  void on(const plan::Event& event) noexcept override {
    shown_.on(event);
    log_.add(event);
  }

 private:
  plan::EventSink& shown_;
  EventLog& log_;
};

// Gives the lines about `subject` to `write`, oldest first.
void read_event_log(const std::string& path, const std::string& subject,
                    const std::function<void(std::string_view line)>& write);

}  // namespace ingot::cli
