// SPDX-License-Identifier: Apache-2.0
#include "scale/scale.hpp"

#include "base/error.hpp"
#include "cluster/lock.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

using namespace std::chrono_literals;

// Steps look at the clock themselves and tell what they waited for; only what does not answer is broken off.
constexpr auto kTimeToTell = 5s;

plan::Plan make_plan(Scaling& scaling) {
  plan::Plan plan;
  add_removal_steps(plan, scaling);
  const auto ground = add_ground_steps(plan, scaling);
  add_led_node_steps(plan, scaling, ground);
  add_joining_steps(plan, scaling, add_led_object_steps(plan, scaling, ground));
  add_kubeconfig_step(plan, scaling, after_entrance(plan, ground));
  add_dns_step(plan, scaling);
  return plan;
}

std::string verb_of(const Request& request) {
  return request.verb == Verb::scale ? "scale" : request.verb == Verb::add ? "add" : "remove";
}

std::string flag(const char* name, const std::optional<int>& value) {
  return value ? fmt::format(" {} {}", name, *value) : "";
}

std::string again(const Request& request, const std::string& cluster) {
  switch (request.verb) {
    case Verb::scale:
      return fmt::format("ingot cluster scale {}{}{}", cluster, flag("--workers", request.workers),
                         flag("--control-planes", request.control_planes));
    case Verb::add:
      return fmt::format("ingot node list {}", cluster);
    case Verb::remove:
      break;
  }
  std::string command = "ingot node remove";
  for (const auto& name : request.nodes) {
    command += " " + name;
  }
  return command;
}

[[noreturn]] void tell_failure(const plan::Outcome& outcome, const Scaling& scaling) {
  const auto& request = scaling.request;
  const std::string remedy = again(request, scaling.cluster);
  const std::string left = fmt::format("the change of cluster '{}' is not complete", scaling.cluster);
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message =
        fmt::format("the nodes of cluster '{}' could not be changed: {}", scaling.cluster, failure.message);
    failure.remedy = failure.remedy.empty() ? remedy : failure.remedy;
    throw base::Error(std::move(failure));
  }
  if (outcome.end == plan::Outcome::End::abandoned || !outcome.left_behind.empty() ||
      std::ranges::any_of(scaling.going, &GoingNode::is_gone)) {
    throw base::Cancelled(left, remedy);
  }
  throw base::Cancelled();
}

Result result_of(const Scaling& scaling) {
  const auto new_control_planes =
      static_cast<int>(std::ranges::count(scaling.coming, true, &NewNode::control_plane));
  const auto new_workers = static_cast<int>(scaling.coming.size()) - new_control_planes;
  Result result{.cluster = scaling.cluster,
                .workers = scaling.workers + new_workers,
                .control_planes = scaling.control_planes + new_control_planes};
  for (const auto& worker : scaling.coming) {
    result.added.push_back(worker.name);
  }
  for (const auto& worker : scaling.going) {
    result.removed.push_back(worker.name);
  }
  std::ranges::sort(result.removed);
  return result;
}

Result run(node::Host& host, const Request& request, const Options& options, bool engine_is_local,
           const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto& stop = interrupts.stop;
  const auto first = find_cluster(host, request, stop);
  const auto lock = cluster::lock_nodes(host, first.cluster, sink, stop);
  // What was there before counts no more.
  auto scaling = observe(host, find_cluster(host, request, stop), request, options, engine_is_local, stop);
  const auto plan = make_plan(scaling);
  const auto outcome =
      plan::execute(plan, {.verb = verb_of(request), .subject = "cluster/" + scaling.cluster, .width = 64},
                    interrupts, sink);
  if (outcome.end != plan::Outcome::End::done) {
    tell_failure(outcome, scaling);
  }
  return result_of(scaling);
}

}  // namespace

Result change(node::Host& host, const Request& request, const Options& options, bool engine_is_local,
              const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto begin = base::Clock::now();
  const base::TimeLimit limit(options.timeout + kTimeToTell, interrupts.stop);
  try {
    auto result = run(host, request, options, engine_is_local,
                      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
    result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
    return result;
  } catch (const base::Cancelled&) {
    if (!limit.has_passed()) {
      throw;
    }
    throw base::Error(base::ErrorCode::timed_out, "timed out changing the nodes of a cluster");
  }
}

std::string plan_text(node::Host& host, const Request& request, const Options& options, bool engine_is_local,
                      const std::stop_token& stop) {
  auto scaling = observe(host, find_cluster(host, request, stop), request, options, engine_is_local, stop);
  return make_plan(scaling).to_text();
}

}  // namespace ingot::scale
