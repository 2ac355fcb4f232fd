// SPDX-License-Identifier: Apache-2.0
#include "instance/change.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "device/holding.hpp"
#include "instance/join.hpp"
#include "instance/labels.hpp"
#include "instance/machine.hpp"
#include "instance/observe.hpp"
#include "node/restart.hpp"

#include <fmt/format.h>

namespace ingot::instance {

namespace {

class Change {
 public:
  Change(node::Host& host, Verb verb, const std::string& name, const ChangeOptions& options,
         std::stop_token abandon, const std::stop_token& stop)
      : host_(host),
        verb_(verb),
        options_(options),
        abandon_(std::move(abandon)),
        container_(require(host, name, stop)) {}

  [[nodiscard]] plan::Plan make_plan() {
    plan::Plan plan;
    std::vector<std::string> stopped;
    const bool runs = container_.state == "running" || container_.state == "paused";
    if (verb_ != Verb::start && runs) {
      plan.add({.id = "stop",
                .title = "stop instance " + container_.name,
                .cause = "it runs",
                .run = [this](plan::StepContext& context) { stop(context); },
                .undo = [this](const std::stop_token& stop) { static_cast<void>(start_container(stop)); }});
      stopped.emplace_back("stop");
    }
    if (verb_ == Verb::stop || (verb_ == Verb::start && container_.state == "running")) {
      return plan;
    }
    plan.add({.id = "start",
              .title = "start instance " + container_.name,
              .cause = stopped.empty() ? "it does not run" : "it was stopped",
              .needs = stopped,
              .run = [this](plan::StepContext& context) { start(context); }});
    if (options_.wait) {
      plan.add({.id = "boot",
                .title = "wait for its services",
                .cause = "systemd starts them",
                .needs = {"start"},
                .run = [this](plan::StepContext& context) { boot(context); }});
    }
    return plan;
  }

  [[nodiscard]] ChangeResult result() const {
    return {
        .verb = verb_, .name = container_.name, .changed = changed_, .failed_units = system_.failed_units};
  }

 private:
  void stop(plan::StepContext& context) {
    node::let_engine_restart(host_, container_.id, container_.labels, false, context.stop());
    if (container_.state == "paused") {
      host_.resume(container_.id, context.stop());
    }
    // To its end: the engine goes on with it, and who takes it back must not be overtaken.
    host_.stop(container_.id, options_.grace, abandon_);
    base::check_stop(context.stop());
    changed_ = true;
  }

  // What the kernel gave it ended with its last run. Why its devices could not be given again; empty: they
  // were.
  std::string start_container(const std::stop_token& stop) {
    node::let_engine_restart(host_, container_.id, container_.labels, true, stop);
    host_.start(container_.id, stop);
    const auto info = host_.inspect(container_.id, stop);
    return info && info->state == "running" ? device::hold_again_or_tell(host_, *info, stop) : std::string();
  }

  void start(plan::StepContext& context) {
    if (container_.state == "paused") {
      host_.resume(container_.id, context.stop());
    }
    if (const auto why = start_container(context.stop()); !why.empty()) {
      context.warn(why);
    }
    changed_ = true;
  }

  void boot(plan::StepContext& context) {
    system_ = await_boot(host_, container_.id, context.stop());
    for (const auto& unit : system_.failed_units) {
      context.warn(fmt::format("{} failed: ingot instance logs {} --unit {}", unit, container_.name, unit));
    }
    // Images of ours do it themselves before anything else starts; once more does no harm.
    if (!docker::label_of(container_.labels, kClusterLabel).empty()) {
      run_script(host_, container_.id, "joining the cluster's network",
                 fmt::format("[ ! -e {0} ] || sh {0}", kJoinScript), context.stop());
    }
  }

  node::Host& host_;
  Verb verb_;
  const ChangeOptions& options_;
  std::stop_token abandon_;
  docker::ContainerSummary container_;
  bool changed_ = false;
  System system_;
};

[[noreturn]] void throw_outcome(const plan::Outcome& outcome, Verb verb, const std::string& name,
                                bool is_out_of_time) {
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = fmt::format("instance '{}' could not be {}: {}", name, to_past(verb), failure.message);
    throw base::Error(std::move(failure));
  }
  if (is_out_of_time) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = fmt::format("instance '{}' could not be {} in time", name, to_past(verb)),
                       .remedy = fmt::format("ingot instance status {}", name)});
  }
  if (verb == Verb::start) {
    throw base::Cancelled(fmt::format("instance '{}' goes on starting", name),
                          "ingot instance status " + name);
  }
  throw base::Cancelled();
}

}  // namespace

std::string to_text(Verb verb) {
  switch (verb) {
    case Verb::stop:
      return "stop";
    case Verb::start:
      return "start";
    case Verb::restart:
      break;
  }
  return "restart";
}

std::string to_past(Verb verb) {
  switch (verb) {
    case Verb::stop:
      return "stopped";
    case Verb::start:
      return "started";
    case Verb::restart:
      break;
  }
  return "restarted";
}

ChangeResult change(node::Host& host, Verb verb, const std::string& name, const ChangeOptions& options,
                    const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  Change change(host, verb, name, options, interrupts.abandon, limit.token());
  const auto outcome = plan::execute(
      change.make_plan(),
      {.verb = to_text(verb), .subject = "instance/" + name, .undo_on_failure = verb != Verb::start},
      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    throw_outcome(outcome, verb, name, limit.has_passed());
  }
  auto result = change.result();
  result.elapsed = outcome.elapsed;
  return result;
}

std::string plan_change(node::Host& host, Verb verb, const std::string& name, const ChangeOptions& options,
                        const std::stop_token& stop) {
  return Change(host, verb, name, options, {}, stop).make_plan().to_text();
}

}  // namespace ingot::instance
