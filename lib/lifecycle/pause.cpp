// SPDX-License-Identifier: Apache-2.0
// The plans of `cluster pause` and `cluster resume`: the engine freezes and thaws the processes, of all
// containers at once, so that no node sees another one silent for long.
#include "lifecycle/change.hpp"

#include "kube/wait.hpp"

namespace ingot::lifecycle {

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
                    change.host.pause(member.node.id, context.stop());
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
  return plan;
}

}  // namespace ingot::lifecycle
