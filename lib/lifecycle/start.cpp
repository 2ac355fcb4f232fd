// SPDX-License-Identifier: Apache-2.0
// The plan of `cluster start` and `node start`: the load balancer first, for its name must be known to
// kubelets; then all nodes at once, for no etcd member can do without the others; then everything that makes
// a cluster useful, watched.
#include "base/error.hpp"
#include "base/text.hpp"
#include "device/holding.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/node_shutdown.hpp"
#include "node/restart.hpp"

#include <fmt/format.h>

#include <utility>

namespace ingot::lifecycle {

namespace {

// What the kernel gave it ended with its last run; its kubelet shall find it when it starts.
void give_devices(Change& change, const docker::ContainerInfo& container, plan::StepContext& context) {
  if (const auto why = device::hold_again_or_tell(change.host, container, context.stop()); !why.empty()) {
    context.warn(why);
  }
}

void start(Change& change, Member& member, plan::StepContext& context) {
  const auto& stop = context.stop();
  const auto& id = member.node.id;
  node::let_engine_restart(change.host, id, member.node.labels, true, stop);
  if (member.is_paused()) {
    change.host.resume(id, stop);
  } else if (!member.runs()) {
    change.host.start(id, stop);
  } else if (member.is_node()) {  // a stop that was killed leaves its kubelet stopped
    static_cast<void>(change.host.run(id, start_kubelet(), "", stop));
  }
  member.changed = member.node.state != "running";
  const auto info = change.host.inspect(id, stop);
  if (!info || info->state != "running") {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("'{}' ended as soon as it was started", member.node.name),
                       .cause = info ? info->error : "the container is gone",
                       .detail = info ? change.host.console(id, stop) : std::string()});
  }
  member.started = base::parse_rfc3339(info->started_at);
  if (member.is_node() && !member.runs()) {
    give_devices(change, *info, context);
  }
}

void add_start_step(plan::Plan& plan, Change& change, Member& member, std::vector<std::string> needs) {
  const bool runs = member.node.state == "running";
  const char* verb = runs ? "look after" : member.is_paused() ? "resume" : "start";
  plan.add({.id = member.step("start"),
            .title = fmt::format("{} {}", verb, member.node.name),
            .cause = fmt::format("it is {}", member.node.state),
            .needs = std::move(needs),
            .run = [&change, &member](plan::StepContext& context) { start(change, member, context); }});
}

}  // namespace

plan::Plan plan_start(Change& change) {
  plan::Plan plan;
  std::vector<std::string> first;
  std::vector<std::string> control_planes;
  for (auto& member : change.members) {
    if (!member.is_node()) {
      add_start_step(plan, change, member, {});
      first.push_back(member.step("start"));
    }
  }
  for (auto& member : change.members) {
    if (member.is_node()) {
      add_start_step(plan, change, member, first);
    }
    if (member.is_control_plane()) {
      control_planes.push_back(member.step("start"));
    }
  }
  if (change.options.wait && change.teller() != nullptr) {
    add_waiting_steps(plan, change, control_planes);
  }
  return plan;
}

}  // namespace ingot::lifecycle
