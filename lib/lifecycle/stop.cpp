// SPDX-License-Identifier: Apache-2.0
// The plan of `cluster stop` and `node stop`: first what runs in the nodes is ended, everywhere at once,
// while the API still answers; then the leases of those who lead are given up; then the nodes themselves end,
// and the load balancer.
#include "base/error.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/leases.hpp"
#include "lifecycle/node_shutdown.hpp"
#include "node/restart.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

namespace ingot::lifecycle {

namespace {

using namespace std::chrono_literals;

// For a node's init, when nothing that it would wait for is left. Of kind's images, whose init has longer to
// wait, what is left then is killed.
constexpr std::chrono::seconds kInitLimit{5};
// A load balancer ends when its connections have, and those have with the nodes.
constexpr std::chrono::seconds kBalancerLimit{1};

// A node whose containers cannot be ended one by one is stopped all the same, only less gently.
void run_in_node(Change& change, const Member& member, const std::vector<std::string>& command,
                 plan::StepContext& context) {
  std::string problem;
  try {
    const auto result = change.host.run(member.node.id, command, "", context.stop());
    if (result.exit_code == 0) {
      return;
    }
    problem = fmt::format("exit code {}: {}", result.exit_code, result.output);
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    problem = failure.cause.empty() ? failure.message : failure.cause;
  }
  const auto info = change.host.inspect(member.node.id, context.stop());
  if (info && info->state == "running") {
    context.warn(
        fmt::format("the containers in '{}' could not be ended in order: {}", member.node.name, problem));
  }
}

// Whatever the step was doing, afterwards the node boots again. An engine that was asked to stop it goes on
// with that, so the end of it is waited for.
std::function<void(const std::stop_token&)> start_again(Change& change, const Member& member) {
  return [&change, &member](const std::stop_token& stop) {
    change.host.stop(member.node.id, 10s, stop);
    node::let_engine_restart(change.host, member.node.id, member.node.labels, true, stop);
    change.host.start(member.node.id, stop);
  };
}

void add_thaw_step(plan::Plan& plan, Change& change, const Member& member) {
  plan.add({.id = member.step("resume"),
            .title = "resume " + member.node.name,
            .cause = "it is paused, and what is frozen cannot end",
            .run = [&change, id = member.node.id](plan::StepContext& context) {
              change.host.resume(id, context.stop());
            }});
}

void add_containers_step(plan::Plan& plan, Change& change, const Member& member) {
  std::vector<std::string> needs;
  if (member.is_paused()) {
    add_thaw_step(plan, change, member);
    needs.push_back(member.step("resume"));
  }
  plan.add({.id = member.step("containers"),
            .title = "end the containers in " + member.node.name,
            .cause = "they get SIGTERM before the node ends, and nothing is left that it would wait for",
            .needs = std::move(needs),
            .run =
                [&change, &member](plan::StepContext& context) {
                  run_in_node(change, member, end_containers(change.options.grace), context);
                },
            .undo = start_again(change, member)});
}

// Where the API cannot be reached, the next start does it.
void give_up_leases(Change& change, plan::StepContext& context) {
  const auto give_up = [&](kube::Client& api, const std::stop_token& stop) {
    release_leases(api, change.members, stop);
  };
  if (!with_any_api(change, 1s, give_up, context.stop())) {
    context.mark("no API server took the leases back; the next start gives them up");
  }
}

void stop_node(Change& change, Member& member, plan::StepContext& context) {
  if (member.is_node()) {
    run_in_node(change, member, end_the_rest(), context);
  }
  base::check_stop(context.stop());
  node::let_engine_restart(change.host, member.node.id, member.node.labels, false, context.stop());
  change.host.stop(member.node.id, member.is_node() ? kInitLimit : kBalancerLimit, change.abandon);
  base::check_stop(context.stop());
  member.changed = true;
}

void add_stop_step(plan::Plan& plan, Change& change, Member& member, std::vector<std::string> needs) {
  plan.add({.id = member.step("stop"),
            .title = "stop " + member.node.name,
            .cause = "it runs",
            .needs = std::move(needs),
            .run = [&change, &member](plan::StepContext& context) { stop_node(change, member, context); },
            // A node is started again by the undo of what ended its containers.
            .undo = member.is_node() ? nullptr : start_again(change, member)});
}

}  // namespace

plan::Plan plan_stop(Change& change) {
  plan::Plan plan;
  std::vector<std::string> ended;
  bool has_control_plane = false;
  for (const auto& member : change.members) {
    if (member.is_node() && member.runs()) {
      add_containers_step(plan, change, member);
      ended.push_back(member.step("containers"));
      has_control_plane = has_control_plane || member.is_control_plane();
    }
  }
  if (has_control_plane) {
    plan.add({.id = "leases",
              .title = "give up the leases of controller manager and scheduler",
              .cause = "whoever starts next would wait 15 s for the end of them",
              .needs = ended,
              .run = [&change](plan::StepContext& context) { give_up_leases(change, context); }});
    ended = {"leases"};
  }
  std::vector<std::string> stopped;
  for (auto& member : change.members) {
    if (member.is_node() && member.runs()) {
      add_stop_step(plan, change, member, ended);
      stopped.push_back(member.step("stop"));
    }
  }
  for (auto& member : change.members) {
    if (!member.is_node() && member.runs()) {
      add_stop_step(plan, change, member, stopped);
    }
  }
  return plan;
}

}  // namespace ingot::lifecycle
