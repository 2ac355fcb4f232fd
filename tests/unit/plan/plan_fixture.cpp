// SPDX-License-Identifier: Apache-2.0
#include "unit/plan/plan_fixture.hpp"

#include "base/wait.hpp"

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;

namespace ingot::plan::test {

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  opened_.notify_all();
}

bool Gate::pass() {
  std::unique_lock lock(mutex_);
  return opened_.wait_for(lock, 20s, [&] { return open_; });
}

void Gate::wait() {
  if (!pass()) {
    throw base::Error(base::ErrorCode::timed_out, "nobody opened the gate");
  }
}

void Log::add(std::string line) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
}

std::vector<std::string> Log::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

bool Log::has(const std::string& line) const {
  const auto all = lines();
  return std::ranges::find(all, line) != all.end();
}

bool Log::in_order(const std::string& first, const std::string& second) const {
  const auto all = lines();
  const auto at = std::ranges::find(all, first);
  return at != all.end() && std::find(at, all.end(), second) != all.end();
}

namespace {

struct ToLine {
  std::string operator()(const OperationStarted& e) const { return "operation " + e.verb + " " + e.subject; }
  std::string operator()(const StepStarted& e) const { return "start " + e.id; }
  std::string operator()(const StepProgress& e) const {
    return "progress " + e.id + ": " + e.text + " " + std::to_string(e.current) + "/" +
           std::to_string(e.total);
  }
  std::string operator()(const StepMark& e) const { return "mark " + e.id + ": " + e.text; }
  std::string operator()(const StepFinished& e) const { return std::string(to_text(e.state)) + " " + e.id; }
  std::string operator()(const Notice& e) const {
    return (e.level == Level::warning ? "warning: " : "notice: ") + e.text;
  }
  std::string operator()(const OperationFinished& e) const {
    return e.succeeded ? "succeeded" : "did not succeed";
  }
};

}  // namespace

void RecordingSink::on(const Event& event) noexcept {
  told_at_once = told_at_once || busy_.exchange(true);
  const std::string line = std::visit(ToLine{}, event.body);
  events.push_back(event);
  log.add(line);
  if (on_line) {
    on_line(line);
  }
  busy_ = false;
}

Step logging_step(Log& log, const std::string& id, std::vector<std::string> needs) {
  return {.id = id,
          .title = "the step " + id,
          .cause = "the test wants it",
          .needs = std::move(needs),
          .run = [&log, id](StepContext&) { log.add("run " + id); },
          .undo = [&log, id](const std::stop_token&) { log.add("undo " + id); }};
}

Step failing_step(Log& log, const std::string& id, std::vector<std::string> needs) {
  Step step = logging_step(log, id, std::move(needs));
  step.run = [&log, id](StepContext&) {
    log.add("run " + id);
    throw base::Error(base::ErrorCode::command_failed, id + " broke");
  };
  return step;
}

void run_until_stopped(const std::stop_token& stop) {
  base::sleep_for(20s, stop);
}

ExecuteOptions create_options() {
  return {.verb = "create", .subject = "cluster/test"};
}

Outcome run(const Plan& plan, RecordingSink& sink, const ExecuteOptions& options,
            const Interrupts& interrupts) {
  return execute(plan, options, interrupts, sink);
}

}  // namespace ingot::plan::test
