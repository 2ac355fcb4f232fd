// SPDX-License-Identifier: Apache-2.0
// Rules 3, 4 and 5 of plan/executor.hpp.
#include "unit/plan/plan_fixture.hpp"

#include "base/wait.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>

using namespace std::chrono_literals;

namespace ingot::plan::test {

TEST_CASE("every running step is joined before any undo", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate slow_runs;
  Plan plan;
  Step slow = logging_step(log, "slow");
  slow.run = [&](StepContext& context) {
    slow_runs.open();
    try {
      run_until_stopped(context.stop());
    } catch (const base::Cancelled&) {
      log.add("slow still works");
      throw;
    }
  };
  Step breaking = logging_step(log, "breaking");
  breaking.run = [&](StepContext&) {
    slow_runs.wait();
    throw base::Error(base::ErrorCode::command_failed, "broke");
  };
  plan.add(logging_step(log, "base"));
  plan.add(slow);
  plan.add(breaking);
  CHECK(run(plan, sink).end == Outcome::End::failed);
  CHECK(sink.log.in_order("skipped slow", "undone base"));
  for (const auto* undo : {"undo base", "undo slow", "undo breaking"}) {
    CHECK(log.in_order("slow still works", undo));
  }
}

TEST_CASE("undo takes back what depends on a step before the step itself", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "network"));
  plan.add(logging_step(log, "node", {"network"}));
  plan.add(failing_step(log, "join", {"node"}));
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.left_behind.empty());
  CHECK(log.lines() == std::vector<std::string>{"run network", "run node", "run join", "undo join",
                                                "undo node", "undo network"});
}

TEST_CASE("a step without an undo does not keep what it needed from being taken back", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step check = logging_step(log, "check", {"network"});
  check.undo = nullptr;
  plan.add(check);
  plan.add(failing_step(log, "join", {"check"}));
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.left_behind.empty());
  CHECK(log.in_order("undo join", "undo network"));
}

TEST_CASE("a half-done step is taken back too", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(failing_step(log, "half"));
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.failed_step == "half");
  CHECK(outcome.left_behind.empty());
  CHECK(log.has("undo half"));
}

TEST_CASE("an undo that fails does not keep others, is told as a warning and listed as left behind",
          "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step node = logging_step(log, "node", {"network"});
  node.undo = [](const std::stop_token&) {
    throw base::Error(base::ErrorCode::engine_refused, "the engine refused", "container is in use");
  };
  plan.add(node);
  plan.add(failing_step(log, "join", {"node"}));
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.end == Outcome::End::failed);
  CHECK(outcome.failed_step == "join");
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->message == "join broke");  // not the undo's
  CHECK(outcome.left_behind == std::vector<std::string>{"node"});
  CHECK(
      sink.log.has("warning: could not take back 'the step node': the engine refused: container is in use"));
  CHECK(log.has("undo network"));
}

TEST_CASE("an undo that throws what is no Error of ours does not end the program", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  Step step = failing_step(log, "odd");
  step.undo = [](const std::stop_token&) { throw 42; };  // NOLINT(hicpp-exception-baseclass)
  plan.add(step);
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.left_behind == std::vector<std::string>{"odd"});
}

TEST_CASE("an undo has a stop token of its own", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Plan plan;
  Step step = logging_step(log, "node");
  step.run = [&](StepContext& context) {
    user.request_stop();
    run_until_stopped(context.stop());
  };
  step.undo = [&](const std::stop_token& stop) {
    base::check_stop(stop);
    log.add("undo went through");
  };
  plan.add(step);
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::cancelled);
  CHECK(log.has("undo went through"));
}

TEST_CASE("an undo that takes longer than its limit is given up and left behind", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step stuck = failing_step(log, "stuck", {"network"});
  stuck.undo = [](const std::stop_token& stop) { run_until_stopped(stop); };
  plan.add(stuck);
  ExecuteOptions options = create_options();
  options.undo_limit = 10ms;
  const Outcome outcome = run(plan, sink, options);
  CHECK(outcome.left_behind == std::vector<std::string>{"network", "stuck"});
  CHECK(sink.log.has("warning: gave up taking back 'the step stuck'"));
  CHECK_FALSE(log.has("undo network"));  // the limit is for all of them together
}

TEST_CASE("undos that need nothing of one another run side by side", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate left_undoes;
  Gate right_undoes;
  std::atomic<int> met = 0;
  Plan plan;
  Step left = logging_step(log, "left");
  left.undo = [&](const std::stop_token&) {
    left_undoes.open();
    met += right_undoes.pass() ? 1 : 0;
  };
  Step right = logging_step(log, "right");
  right.undo = [&](const std::stop_token&) {
    right_undoes.open();
    met += left_undoes.pass() ? 1 : 0;
  };
  plan.add(left);
  plan.add(right);
  plan.add(failing_step(log, "breaks", {"left", "right"}));
  CHECK(run(plan, sink).left_behind.empty());
  CHECK(met == 2);
}

TEST_CASE("nothing is taken back when that was asked for, and what is left is listed", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step check = logging_step(log, "check", {"network"});
  check.undo = nullptr;  // leaves nothing
  plan.add(check);
  plan.add(failing_step(log, "node", {"check"}));
  plan.add(logging_step(log, "never", {"node"}));
  ExecuteOptions options = create_options();
  options.undo_on_failure = false;
  const Outcome outcome = run(plan, sink, options);
  CHECK(outcome.end == Outcome::End::failed);
  CHECK(outcome.left_behind == std::vector<std::string>{"network", "node"});
  const auto lines = log.lines();
  CHECK(std::ranges::none_of(lines, [](const std::string& line) { return line.starts_with("undo"); }));
}

}  // namespace ingot::plan::test
