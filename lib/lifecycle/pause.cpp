// SPDX-License-Identifier: Apache-2.0
// The plans of `cluster pause` and `cluster resume`: the engine freezes and thaws the processes, of all
// containers at once, so that no node sees another one silent for long.
#include "lifecycle/change.hpp"

#include "lifecycle/leases.hpp"

#include <algorithm>
#include <utility>

namespace ingot::lifecycle {

namespace {

void add_leases_step(plan::Plan& plan, Change& change, std::vector<std::string> resumed) {
  plan.add({.id = "leases",
            .title = "give up leases that have run out",
            .cause = "controller manager and scheduler notice, start anew, and would wait for themselves",
            .needs = std::move(resumed),
            .run = [&change](plan::StepContext& context) {
              const auto give_up = [&](kube::Client& api, const std::stop_token& stop) {
                release_stale_leases(api, change.members, stop);
              };
              if (!with_any_api(change, std::chrono::seconds(3), give_up, context.stop())) {
                context.mark("no API server answers yet; the leases are waited for");
              }
            }});
}

}  // namespace

plan::Plan plan_pause(Change& change) {
  plan::Plan plan;
  for (auto& member : change.members) {
    if (member.node.state != "running") {
      continue;
    }
    plan.add({.id = member.step("pause"),
              .title = "pause " + member.node.name,
              .cause = "it runs",
              .run =
                  [&change, &member](plan::StepContext& context) {
                    base::check_stop(context.stop());
                    change.host.pause(member.node.id, change.abandon);
                    base::check_stop(context.stop());
                    member.changed = true;
                  },
              .undo = [&change,
                       id = member.node.id](const std::stop_token& stop) { change.host.resume(id, stop); }});
  }
  return plan;
}

plan::Plan plan_resume(Change& change) {
  plan::Plan plan;
  std::vector<std::string> resumed;
  for (auto& member : change.members) {
    if (!member.is_paused()) {
      continue;
    }
    resumed.push_back(member.step("resume"));
    plan.add({.id = resumed.back(),
              .title = "resume " + member.node.name,
              .cause = "it is paused",
              .run = [&change, &member](plan::StepContext& context) {
                change.host.resume(member.node.id, context.stop());
                member.changed = true;
              }});
  }
  if (!resumed.empty() && std::ranges::any_of(change.members, &Member::is_control_plane)) {
    add_leases_step(plan, change, std::move(resumed));
  }
  return plan;
}

}  // namespace ingot::lifecycle
