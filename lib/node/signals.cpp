// SPDX-License-Identifier: Apache-2.0
#include "node/signals.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <random>
#include <thread>

namespace ingot::node {

namespace {

using namespace std::chrono_literals;

// All processes with the mark in their environment: the command, and what it started. Fails where there is
// none.
constexpr const char* kPassOn = R"sh(
found=1
for file in /proc/[0-9]*/environ; do
  if grep -qsF "$1" "$file"; then
    pid=${file#/proc/}
    kill "-$2" "${pid%/environ}" 2>/dev/null && found=0
  fi
done
exit "$found"
)sh";

std::string new_mark() {
  std::random_device random;
  return fmt::format("INGOT_EXEC={:08x}{:08x}", random(), random());
}

// Waits for a signal on a thread of its own until the command has ended.
class Relay {
 public:
  Relay(docker::Engine& engine, const std::string& id, const std::string& mark, const Signals& signals)
      : engine_(engine),
        id_(id),
        mark_(mark),
        signals_(signals),
        thread_([this](const std::stop_token& over) {
          if (has_come(over)) {
            pass_on(over);
          }
        }) {}

 private:
  bool has_come(const std::stop_token& over) {
    const std::stop_callback wake(signals_.stop, [this] {
      { const std::lock_guard lock(mutex_); }  // so that it does not come between a look and a wait
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, over, [this] { return signals_.stop.stop_requested(); });
  }

  // A command that has only just been asked for may not be there yet.
  void pass_on(const std::stop_token& over) noexcept {
    const int number = signals_.number ? signals_.number() : 0;
    const docker::ExecSpec spec{
        .command = {"/bin/sh", "-c", kPassOn, "sh", mark_, std::to_string(number == 0 ? SIGTERM : number)}};
    try {
      while (engine_.exec(id_, spec, {}, over) != 0) {
        base::sleep_for(50ms, over);
      }
    } catch (...) {  // NOLINT(bugprone-empty-catch): the command has ended, or its container has
    }
  }

  docker::Engine& engine_;
  const std::string& id_;
  const std::string& mark_;
  const Signals& signals_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace

int run_signalled(docker::Engine& engine, const std::string& id, docker::ExecSpec spec,
                  const docker::ExecStreams& streams, const Signals& signals) {
  const auto mark = new_mark();
  spec.env.push_back(mark);
  const Relay relay(engine, id, mark, signals);
  return engine.exec(id, spec, streams, signals.abandon);
}

}  // namespace ingot::node
