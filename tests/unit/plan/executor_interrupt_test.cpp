// SPDX-License-Identifier: Apache-2.0
// What the first and the second Ctrl-C do to a running plan.
#include "unit/plan/plan_fixture.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <thread>
#include <tuple>

namespace ingot::plan::test {

TEST_CASE("a stop before the start runs nothing and takes nothing back", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  user.request_stop();
  Plan plan;
  plan.add(logging_step(log, "a"));
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::cancelled);
  CHECK_FALSE(outcome.failure);
  CHECK(outcome.left_behind.empty());
  CHECK(log.lines().empty());
  CHECK(sink.log.has("skipped a"));
}

TEST_CASE("a stop while steps run cancels them and takes them back", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step node = logging_step(log, "node", {"network"});
  node.run = [&](StepContext& context) {
    user.request_stop();
    run_until_stopped(context.stop());
  };
  plan.add(node);
  plan.add(logging_step(log, "join", {"node"}));
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::cancelled);
  CHECK_FALSE(outcome.failure);
  CHECK(outcome.left_behind.empty());
  CHECK(log.in_order("undo node", "undo network"));
  CHECK_FALSE(log.has("run join"));
}

TEST_CASE("what breaks while it gives way to the user is not a failure of its own", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Plan plan;
  Step node = logging_step(log, "node");
  node.run = [&](StepContext&) {
    user.request_stop();
    throw base::Error(base::ErrorCode::engine_refused, "the connection was cut");
  };
  plan.add(node);
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::cancelled);
  CHECK_FALSE(outcome.failure);
}

// A step that ends well at the very moment of the stop must not let its dependents start: the stop is told to
// the steps first, so their last message can come before the executor's own wake-up.
TEST_CASE("no step starts once a stop was asked for, even before the executor was woken", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Gate told;
  Gate scheduled;
  sink.on_line = [&](const std::string& line) {
    if (line == "start second" || line == "skipped second") {
      scheduled.open();
    }
  };
  // Holds up the thread that asks for the stop, after the first step heard of it.
  const auto hold = [&] {
    told.open();
    std::ignore = scheduled.pass();
  };
  std::optional<std::stop_callback<std::function<void()>>> held;
  Gate ready;
  Plan plan;
  Step first = logging_step(log, "first");
  first.run = [&](StepContext& context) {
    held.emplace(context.stop(), hold);
    ready.open();
    told.wait();
  };
  plan.add(first);
  plan.add(logging_step(log, "second", {"first"}));
  std::jthread ctrl_c([&] {
    std::ignore = ready.pass();
    user.request_stop();
  });
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::cancelled);
  CHECK_FALSE(sink.log.has("start second"));
}

TEST_CASE("a stop that comes after everything is done changes nothing", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Plan plan;
  Step last = logging_step(log, "last");
  last.run = [&](StepContext&) { user.request_stop(); };
  plan.add(last);
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::done);
  CHECK_FALSE(log.has("undo last"));
}

TEST_CASE("abandoning while steps run takes nothing back and lists what is left", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  std::stop_source abandon;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step node = logging_step(log, "node", {"network"});
  node.run = [&](StepContext& context) {
    user.request_stop();
    abandon.request_stop();
    run_until_stopped(context.stop());
  };
  plan.add(node);
  const Outcome outcome =
      run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = abandon.get_token()});
  CHECK(outcome.end == Outcome::End::abandoned);
  CHECK(outcome.left_behind == std::vector<std::string>{"network", "node"});
  CHECK_FALSE(log.has("undo node"));
}

TEST_CASE("abandoning while steps are taken back starts no further undo", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  std::stop_source abandon;
  Plan plan;
  plan.add(logging_step(log, "network"));
  Step node = logging_step(log, "node", {"network"});
  node.run = [&](StepContext& context) {
    user.request_stop();
    run_until_stopped(context.stop());
  };
  node.undo = [&](const std::stop_token& stop) {
    abandon.request_stop();
    run_until_stopped(stop);
  };
  plan.add(node);
  const Outcome outcome =
      run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = abandon.get_token()});
  CHECK(outcome.end == Outcome::End::abandoned);
  CHECK(outcome.left_behind == std::vector<std::string>{"network", "node"});
  CHECK_FALSE(log.has("undo network"));
}

TEST_CASE("a failure stays a failure when the user stops the taking back", "[plan]") {
  RecordingSink sink;
  Log log;
  std::stop_source user;
  Plan plan;
  Step node = failing_step(log, "node");
  node.undo = [&](const std::stop_token&) { user.request_stop(); };  // the first Ctrl-C
  plan.add(node);
  const Outcome outcome = run(plan, sink, create_options(), {.stop = user.get_token(), .abandon = {}});
  CHECK(outcome.end == Outcome::End::failed);
  CHECK(outcome.failed_step == "node");
  CHECK(outcome.left_behind.empty());
}

}  // namespace ingot::plan::test
