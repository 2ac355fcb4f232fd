// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/lifecycle.hpp"

#include "base/error.hpp"
#include "cluster/lock.hpp"
#include "lifecycle/change.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::lifecycle {

namespace {

// etcd answers as long as more than half of its members do.
void refuse_lost_quorum(const Change& change) {
  const auto is_control_plane = [](const Member& member) { return member.is_control_plane(); };
  const auto runs = [](const Member& member) { return member.is_control_plane() && member.runs(); };
  const auto stay = std::ranges::count_if(change.others, runs);
  const auto go = std::ranges::count_if(change.members, runs);
  const auto all = std::ranges::count_if(change.others, is_control_plane) +
                   std::ranges::count_if(change.members, is_control_plane);
  const auto needed = all / 2 + 1;
  if (change.options.force || change.is_whole() || go == 0 || stay >= needed) {
    return;
  }
  throw base::Error(
      {.code = base::ErrorCode::already_exists,
       .message = fmt::format("{} cannot be stopped", change.subject()),
       .cause = fmt::format("{} of {} control planes would run, and the API needs {}", stay, all, needed),
       .remedy = fmt::format("ingot cluster stop {}, or --force", change.name)});
}

// What nobody would tell about cannot be waited for.
void refuse_alone(const Change& change) {
  if (change.options.wait && change.teller() == nullptr && !change.is_whole()) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("{} cannot be started", change.subject()),
                       .cause = "no control plane of its cluster runs",
                       .remedy = fmt::format("ingot cluster start {}", change.name)});
  }
}

// What is not there cannot be frozen, and not thawed.
void refuse_stopped(const Change& change, Verb verb) {
  if (!change.any_runs()) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("{} cannot be {}", change.subject(), to_past(verb)),
                       .cause = "it is stopped",
                       .remedy = "ingot cluster start " + change.name});
  }
}

plan::Plan plan_for(Change& change, Verb verb) {
  switch (verb) {
    case Verb::stop:
      refuse_lost_quorum(change);
      return plan_stop(change);
    case Verb::pause:
      refuse_stopped(change, verb);
      return plan_pause(change);
    case Verb::resume:
      refuse_stopped(change, verb);
      return plan_resume(change);
    case Verb::start:
    case Verb::restart:
      break;
  }
  refuse_alone(change);
  return plan_start(change);
}

[[noreturn]] void tell_failure(const plan::Outcome& outcome, const Change& change, Verb verb,
                               bool is_out_of_time) {
  const std::string again = change.command(to_text(verb));
  const std::string status = "ingot cluster status " + change.name;
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = fmt::format("{} could not be {}: {}", change.subject(), to_past(verb), failure.message);
    if (failure.remedy.empty()) {
      failure.remedy = verb == Verb::start ? status : again;
    }
    throw base::Error(std::move(failure));
  }
  if (is_out_of_time) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = fmt::format("{} could not be {} in time", change.subject(), to_past(verb)),
                       .remedy = again});
  }
  if (verb == Verb::start) {
    throw base::Cancelled(fmt::format("what was started of {} goes on starting", change.subject()), status);
  }
  if (outcome.end == plan::Outcome::End::abandoned || !outcome.left_behind.empty()) {
    throw base::Cancelled(fmt::format("{} may not be as before", change.subject()), change.command("start"));
  }
  throw base::Cancelled();
}

// Nodes neither come nor go while others are stopped or started.
std::unique_ptr<cluster::Lock> lock_for(node::Host& host, Verb verb, const Target& target,
                                        const Options& options, const std::stop_token& stop,
                                        plan::EventSink& sink) {
  if (verb == Verb::pause || verb == Verb::resume) {
    return nullptr;
  }
  return cluster::lock_nodes(host, observe(host, target, options, stop).name, sink, stop);
}

Result run(node::Host& host, Verb verb, const Target& target, const Options& options,
           const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto lock = lock_for(host, verb, target, options, interrupts.stop, sink);
  auto change = observe(host, target, options, interrupts.stop);  // as it is now that nobody else changes it
  change.abandon = interrupts.abandon;
  const auto plan = plan_for(change, verb);
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan,
                                     {.verb = to_text(verb),
                                      .subject = "cluster/" + change.name,
                                      .width = 64,
                                      .undo_on_failure = verb == Verb::stop || verb == Verb::pause},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    tell_failure(outcome, change, verb, limit.has_passed());
  }
  Result result{.verb = verb, .name = change.name, .elapsed = outcome.elapsed};
  for (const auto& member : change.members) {
    result.nodes.push_back({.name = member.node.name, .changed = member.changed});
  }
  std::ranges::sort(result.nodes, {}, &ChangedNode::name);
  return result;
}

}  // namespace

bool Result::changed() const {
  return std::ranges::any_of(nodes, &ChangedNode::changed);
}

std::string to_text(Verb verb) {
  switch (verb) {
    case Verb::stop:
      return "stop";
    case Verb::start:
      return "start";
    case Verb::restart:
      return "restart";
    case Verb::pause:
      return "pause";
    case Verb::resume:
      return "resume";
  }
  return "";
}

std::string to_past(Verb verb) {
  switch (verb) {
    case Verb::stop:
      return "stopped";
    case Verb::start:
      return "started";
    case Verb::restart:
      return "restarted";
    case Verb::pause:
      return "paused";
    case Verb::resume:
      return "resumed";
  }
  return "";
}

Result change(node::Host& host, Verb verb, const Target& target, const Options& options,
              const plan::Interrupts& interrupts, plan::EventSink& sink) {
  if (verb != Verb::restart) {
    return run(host, verb, target, options, interrupts, sink);
  }
  auto stopping = options;
  stopping.force = true;  // what was stopped is back in a moment
  const auto stopped = run(host, Verb::stop, target, stopping, interrupts, sink);
  auto result = run(host, Verb::start, target, options, interrupts, sink);
  result.verb = Verb::restart;
  result.elapsed += stopped.elapsed;
  return result;
}

std::string plan_text(node::Host& host, Verb verb, const Target& target, const Options& options,
                      const std::stop_token& stop) {
  auto change = observe(host, target, options, stop);
  if (verb != Verb::restart) {
    return plan_for(change, verb).to_text();
  }
  std::string text = plan_stop(change).to_text();
  for (auto& member : change.members) {  // as they are when they have been stopped
    member.node.state = "exited";
  }
  return text + plan_start(change).to_text();
}

}  // namespace ingot::lifecycle
