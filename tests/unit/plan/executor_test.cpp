// SPDX-License-Identifier: Apache-2.0
// Rules 1, 2 and 6 of plan/executor.hpp, and the width.
#include "unit/plan/plan_fixture.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>

namespace ingot::plan::test {

TEST_CASE("an empty plan is done at once", "[plan]") {
  RecordingSink sink;
  const Outcome outcome = run(Plan(), sink);
  CHECK(outcome.end == Outcome::End::done);
  CHECK(sink.log.lines() == std::vector<std::string>{"operation create cluster/test", "succeeded"});
}

TEST_CASE("a step starts only when all it needs is done", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "a"));
  plan.add(logging_step(log, "b", {"a"}));
  plan.add(logging_step(log, "c", {"a"}));
  plan.add(logging_step(log, "d", {"b", "c"}));
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.end == Outcome::End::done);
  CHECK(outcome.left_behind.empty());
  for (const auto& [need, step] : {std::pair("a", "b"), {"a", "c"}, {"b", "d"}, {"c", "d"}}) {
    CHECK(sink.log.in_order(std::string("done ") + need, std::string("start ") + step));
    CHECK(log.in_order(std::string("run ") + need, std::string("run ") + step));
  }
  CHECK(log.lines().size() == 4);  // nothing was undone
}

TEST_CASE("steps that need nothing of one another run side by side", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate left_runs;
  Gate right_runs;
  std::atomic<int> met = 0;
  Plan plan;
  Step left = logging_step(log, "left");
  left.run = [&](StepContext&) {
    left_runs.open();
    met += right_runs.pass() ? 1 : 0;
  };
  Step right = logging_step(log, "right");
  right.run = [&](StepContext&) {
    right_runs.open();
    met += left_runs.pass() ? 1 : 0;
  };
  plan.add(left);
  plan.add(right);
  CHECK(run(plan, sink).end == Outcome::End::done);
  CHECK(met == 2);
}

TEST_CASE("no more steps run at once than the width allows", "[plan]") {
  const std::size_t width = GENERATE(1U, 3U);
  RecordingSink sink;
  Log log;
  std::atomic<std::size_t> now = 0;
  std::atomic<std::size_t> most = 0;
  Gate full;
  Plan plan;
  for (int i = 0; i < 9; ++i) {
    Step step = logging_step(log, "s" + std::to_string(i));
    step.run = [&](StepContext&) {
      const std::size_t running = ++now;
      for (std::size_t seen = most; seen < running && !most.compare_exchange_weak(seen, running);) {
      }
      if (running == width) {
        full.open();
      }
      full.wait();  // so that the width is reached
      --now;
    };
    plan.add(step);
  }
  ExecuteOptions options = create_options();
  options.width = width;
  CHECK(run(plan, sink, options).end == Outcome::End::done);
  CHECK(most == width);
}

TEST_CASE("a failure stops running steps, starts nothing more and marks the rest skipped", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate slow_runs;
  Plan plan;
  Step breaking = logging_step(log, "breaking");
  breaking.run = [&](StepContext&) {
    slow_runs.wait();
    throw base::Error(base::ErrorCode::engine_refused, "no such image");
  };
  Step slow = logging_step(log, "slow");
  slow.run = [&](StepContext& context) {
    slow_runs.open();
    run_until_stopped(context.stop());
  };
  plan.add(breaking);
  plan.add(slow);
  plan.add(logging_step(log, "after-slow", {"slow"}));
  plan.add(logging_step(log, "no-room"));  // needs nothing, but the width is taken
  ExecuteOptions options = create_options();
  options.width = 2;
  const Outcome outcome = run(plan, sink, options);
  CHECK(outcome.end == Outcome::End::failed);
  CHECK(outcome.failed_step == "breaking");
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->message == "no such image");
  CHECK(sink.log.has("failed breaking"));
  CHECK(sink.log.has("skipped slow"));
  CHECK(sink.log.has("skipped after-slow"));
  CHECK(sink.log.has("skipped no-room"));
  CHECK_FALSE(log.has("run after-slow"));
  CHECK_FALSE(log.has("run no-room"));
  CHECK_FALSE(log.has("undo no-room"));  // never started, so nothing to take back
}

TEST_CASE("the first failure is the one reported, a later one only in its step's event", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate late_runs;
  Plan plan;
  Step first = logging_step(log, "first");
  first.run = [&](StepContext&) {
    late_runs.wait();
    throw base::Error(base::ErrorCode::engine_refused, "first broke");
  };
  Step late = logging_step(log, "late");
  late.run = [&](StepContext& context) {
    late_runs.open();
    try {
      run_until_stopped(context.stop());
    } catch (const base::Cancelled&) {
      throw base::Error(base::ErrorCode::command_failed, "late broke, too");
    }
  };
  plan.add(first);
  plan.add(late);
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.failed_step == "first");
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->message == "first broke");
  bool told = false;
  for (const auto& event : sink.events) {
    const auto* finished = std::get_if<StepFinished>(&event.body);
    told = told || (finished != nullptr && finished->id == "late" && finished->failure &&
                    finished->failure->message == "late broke, too");
  }
  CHECK(told);
}

TEST_CASE("a step that gave way to another's failure has no failure of its own", "[plan]") {
  RecordingSink sink;
  Log log;
  Gate waiting;
  Plan plan;
  Step gives_way = logging_step(log, "gives-way");
  gives_way.run = [&](StepContext& context) {
    waiting.open();
    run_until_stopped(context.stop());
  };
  Step breaks = logging_step(log, "breaks");
  breaks.run = [&](StepContext&) {
    waiting.wait();
    throw base::Error(base::ErrorCode::not_found, "gone");
  };
  plan.add(gives_way);
  plan.add(breaks);
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.failed_step == "breaks");
  for (const auto& event : sink.events) {
    const auto* finished = std::get_if<StepFinished>(&event.body);
    if (finished != nullptr && finished->id == "gives-way") {
      CHECK_FALSE(finished->failure);
    }
  }
}

TEST_CASE("a plan that keeps going skips only what needs the failed step", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(failing_step(log, "a"));
  plan.add(logging_step(log, "b"));
  plan.add(logging_step(log, "needs-a", {"a"}));
  plan.add(logging_step(log, "needs-b", {"b"}));
  ExecuteOptions options = create_options();
  options.width = 1;
  options.keep_going = true;
  options.undo_on_failure = false;
  const Outcome outcome = run(plan, sink, options);
  CHECK(outcome.end == Outcome::End::failed);
  CHECK(outcome.failed_step == "a");
  CHECK(log.lines() == std::vector<std::string>{"run a", "run b", "run needs-b"});
  CHECK(sink.log.has("skipped needs-a"));
}

TEST_CASE("an exception that is no Error of ours is a failure, not a crash", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  Step step = logging_step(log, "odd");
  step.run = [](StepContext&) { throw std::runtime_error("out of luck"); };
  plan.add(step);
  const Outcome outcome = run(plan, sink);
  CHECK(outcome.end == Outcome::End::failed);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->code == base::ErrorCode::internal);
  CHECK(outcome.failure->cause == "out of luck");
}

}  // namespace ingot::plan::test
