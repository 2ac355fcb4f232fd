// SPDX-License-Identifier: Apache-2.0
// The stream of events that renderers rely on.
#include "unit/plan/plan_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <thread>

namespace ingot::plan::test {

namespace {

std::string id_of(const Event& event) {
  if (const auto* started = std::get_if<StepStarted>(&event.body)) {
    return started->id;
  }
  if (const auto* progress = std::get_if<StepProgress>(&event.body)) {
    return progress->id;
  }
  if (const auto* mark = std::get_if<StepMark>(&event.body)) {
    return mark->id;
  }
  const auto* finished = std::get_if<StepFinished>(&event.body);
  return finished == nullptr ? std::string() : finished->id;
}

// Twenty steps that all talk at once, from threads of their own as well.
Plan talkative_plan(Log& log) {
  Plan plan;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "s" + std::to_string(i);
    Step step = logging_step(log, id);
    step.run = [](StepContext& context) {
      context.mark("began");
      std::jthread helper([&] {
        for (int n = 1; n <= 10; ++n) {
          context.progress("layers", n, 10);
        }
      });
      helper.join();
      context.mark("ended");
    };
    plan.add(step);
  }
  return plan;
}

}  // namespace

TEST_CASE("an operation is told first, with every step it is going to run, and its end last", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "a"));
  plan.add(logging_step(log, "b", {"a"}));
  const Outcome outcome = run(plan, sink);
  CHECK(sink.log.lines() == std::vector<std::string>{"operation create cluster/test", "start a", "done a",
                                                     "start b", "done b", "succeeded"});
  const auto& started = std::get<OperationStarted>(sink.events.front().body);
  REQUIRE(started.steps.size() == 2);
  CHECK(started.steps[0].id == "a");
  CHECK(started.steps[1].title == "the step b");
  CHECK(std::get<OperationFinished>(sink.events.back().body).elapsed == outcome.elapsed);
}

TEST_CASE("a step's own events come in the order in which it told them", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  Step step = logging_step(log, "pull");
  step.run = [](StepContext& context) {
    context.mark("asked");
    context.progress("layers", 1, 2);
    context.warn("the registry is slow");
    context.progress("layers", 2, 2);
    context.mark("there");
  };
  plan.add(step);
  CHECK(run(plan, sink).end == Outcome::End::done);
  CHECK(sink.log.lines() ==
        std::vector<std::string>{"operation create cluster/test", "start pull", "mark pull: asked",
                                 "progress pull: layers 1/2", "warning: the registry is slow",
                                 "progress pull: layers 2/2", "mark pull: there", "done pull", "succeeded"});
}

TEST_CASE("events of many steps at once reach the sink one at a time and lose nothing", "[plan]") {
  RecordingSink sink;
  Log log;
  const Plan plan = talkative_plan(log);
  CHECK(run(plan, sink).end == Outcome::End::done);
  CHECK_FALSE(sink.told_at_once);
  std::map<std::string, std::vector<Event>> by_step;
  for (const auto& event : sink.events) {
    by_step[id_of(event)].push_back(event);
  }
  for (const auto& step : plan.steps()) {
    const auto& own = by_step[step.id];
    REQUIRE(own.size() == 14);  // start, two marks, ten times progress, end
    CHECK(std::holds_alternative<StepStarted>(own.front().body));
    CHECK(std::holds_alternative<StepFinished>(own.back().body));
    for (int n = 1; n <= 10; ++n) {
      CHECK(std::get<StepProgress>(own[static_cast<std::size_t>(n) + 1].body).current == n);
    }
    CHECK(std::ranges::is_sorted(own, {}, &Event::at));
  }
}

TEST_CASE("steps that did not run and steps that were taken back are told before the operation's end",
          "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  plan.add(logging_step(log, "a"));
  plan.add(failing_step(log, "b", {"a"}));
  plan.add(logging_step(log, "c", {"b"}));
  CHECK(run(plan, sink).end == Outcome::End::failed);
  CHECK(sink.log.lines() == std::vector<std::string>{"operation create cluster/test", "start a", "done a",
                                                     "start b", "failed b", "skipped c", "undone b",
                                                     "undone a", "did not succeed"});
}

TEST_CASE("a failure travels with its step's event, remedy and all", "[plan]") {
  RecordingSink sink;
  Log log;
  Plan plan;
  Step step = logging_step(log, "node");
  step.run = [](StepContext&) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "the node stopped",
                       .detail = "console",
                       .remedy = "look at it"});
  };
  plan.add(step);
  CHECK(run(plan, sink).failure->detail == "console");
  const auto finished = std::ranges::find_if(
      sink.events, [](const Event& event) { return std::holds_alternative<StepFinished>(event.body); });
  REQUIRE(finished != sink.events.end());
  CHECK(std::get<StepFinished>(finished->body).failure->remedy == "look at it");
}

}  // namespace ingot::plan::test
