// SPDX-License-Identifier: Apache-2.0
#include "attach/changing.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace ingot::attach {

namespace {

// A kubelet that starts is told when it asks; one that runs, within milliseconds, once the plugin runs.
constexpr std::chrono::milliseconds kKubeletPatience{15'000};

std::string describe(const Changing& changing) {
  const auto& name = changing.target.container.name;
  if (!changing.going.empty()) {
    return fmt::format("take {} from {}", base::join(changing.going, ", "), name);
  }
  if (!changing.coming.empty()) {
    return fmt::format("give {} to {}", base::join(changing.coming, ", "), name);
  }
  if (!changing.shared_anew.empty()) {
    return fmt::format("let pods of {} share {}", name, base::join(changing.shared_anew, ", "));
  }
  return fmt::format("keep in {} who tells its kubelet", name);
}

plan::Step agent_step(Changing& changing) {
  const auto& name = changing.target.container.name;
  plan::Step step{.id = changing.step("plugin"),
                  .title = fmt::format("let {} tell its kubelet of devices", name),
                  .cause = "pods ask the kubelet for them",
                  .run = [&changing](plan::StepContext& context) {
                    install_agent(changing, changing.wish.tells_kubelet, context.stop());
                  }};
  if (!changing.target.has_kubelet) {
    step.id = changing.step("agent");
    step.title = fmt::format("put the device agent into {}", name);
    step.cause = "it finds who uses devices";
  } else if (!changing.wish.tells_kubelet) {
    step.title = fmt::format("leave telling the kubelet of {} to another plugin", name);
    step.cause = "two plugins would claim one resource";
  }
  if (changing.changes_plugin()) {
    step.undo = [&changing](const std::stop_token& stop) {
      install_agent(changing, changing.target.has.tells_kubelet, stop);
    };
  }
  return step;
}

void hold_or_fail(Changing& changing, const std::stop_token& stop) {
  const auto& name = changing.target.container.name;
  if (!hold(changing, stop).told) {
    throw base::Error(
        {.code = base::ErrorCode::timed_out,
         .message = fmt::format("the kubelet of '{}' was not told of its devices in time", name),
         .remedy = fmt::format("ingot node exec {} -- journalctl -u ingot-device-plugin -n 20", name)});
  }
}

}  // namespace

device::Held hold(Changing& changing, const std::stop_token& stop) {
  auto wish = changing.wish;
  if (changing.options.wait && changing.target.has_kubelet && wish.tells_kubelet) {
    wish.await = kKubeletPatience;
  }
  return device::hold(changing.host, changing.target.container, wish, stop);
}

void install_agent(Changing& changing, bool tells_kubelet, const std::stop_token& stop) {
  const auto& id = changing.target.container.id;
  if (changing.target.has_kubelet && !tells_kubelet) {
    device::end_plugin(changing.host, id, stop);
  }
  device::install_agent(changing.host, id, changing.target.has_kubelet && tells_kubelet, stop);
}

std::string Changing::step(std::string_view what) const {
  return fmt::format("{}/{}", target.subject(), what);
}

plan::Plan make_plan(Changing& changing) {
  plan::Plan plan;
  if (!changing.changes()) {
    return plan;
  }
  const auto& name = changing.target.container.name;
  plan.add(agent_step(changing));
  const std::vector<std::string> agent = {plan.steps().back().id};
  std::vector<std::string> needs;  // not the agent: it and the devices come side by side
  if (!changing.going.empty() && changing.options.force && !changing.target.has_kubelet) {
    plan.add({.id = changing.step("users"),
              .title = fmt::format("see what goes on using {}", base::join(changing.going, ", ")),
              .cause = "--force, and nothing takes a device from a program that has it open",
              .needs = agent,
              .run = [&changing](plan::StepContext& context) { tell_users(changing, context); }});
    needs = {changing.step("users")};
  }
  if (changing.takes_from_users()) {
    const auto& devices = changing.going.empty() ? changing.shared_anew : changing.going;
    plan.add({.id = changing.step("users"),
              .title = fmt::format("see that nothing uses {}", base::join(devices, ", ")),
              .cause = "what is taken away is lost for a program that has it open",
              .needs = agent,  // which knows them
              .run = [&changing](plan::StepContext& context) { refuse_users(changing, context.stop()); }});
    needs = {changing.step("users")};
  }
  plan.add({.id = changing.step("devices"),
            .title = describe(changing),
            .cause = changing.going.empty() ? "it shall have them" : "it shall not have them any more",
            .needs = needs,
            .run = [&changing](plan::StepContext& context) { hold_or_fail(changing, context.stop()); },
            .undo =
                [&changing](const std::stop_token& stop) {
                  device::hold(changing.host, changing.target.container, changing.target.has, stop);
                }});
  needs = agent;
  needs.push_back(changing.step("devices"));
  if (!changing.going.empty() && changing.options.force && changing.api) {
    plan.add({.id = changing.step("pods"),
              .title = "end the pods that have them",
              .cause = "--force",
              .needs = needs,
              .run = [&changing](plan::StepContext& context) { end_users(changing, context.stop()); }});
  }
  if (changing.api && changing.options.wait) {
    plan.add({.id = changing.step("allocatable"),
              .title = fmt::format("tell the cluster what {} has", name),
              .cause = "its kubelet would within ten seconds",
              .needs = needs,
              .run =
                  [&changing](plan::StepContext& context) {
                    publish(*changing.api, changing.target.container.name, changing.target.has, changing.wish,
                            context.stop());
                  },
              .undo =
                  [&changing](const std::stop_token& stop) {
                    publish(*changing.api, changing.target.container.name, changing.wish, changing.target.has,
                            stop);
                  }});
  }
  return plan;
}

}  // namespace ingot::attach
