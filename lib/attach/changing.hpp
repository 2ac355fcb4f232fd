// SPDX-License-Identifier: Apache-2.0
// One container whose devices are being changed: the steps of its plan. Internal to lib/attach.
#pragma once

#include "attach/results.hpp"
#include "attach/target.hpp"
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace ingot::attach {

struct Changing {
  node::Host& host;
  Options options;
  Target target;
  device::Wish wish;                // what it shall have
  std::vector<std::string> coming;  // devices
  std::vector<std::string> going;
  // Devices that stay, as another number of replicas: for its kubelet they are new ones.
  std::vector<std::string> shared_anew;
  std::unique_ptr<kube::Client> api;  // null where there is none to tell

  [[nodiscard]] bool changes_plugin() const { return wish.tells_kubelet != target.has.tells_kubelet; }
  [[nodiscard]] bool changes() const {
    return !coming.empty() || !going.empty() || !shared_anew.empty() || changes_plugin();
  }
  // Of devices that a pod may have.
  [[nodiscard]] bool takes_from_users() const {
    return !shared_anew.empty() || (!going.empty() && !options.force);
  }
  [[nodiscard]] std::string step(std::string_view what) const;
};

// With its plugin, where there is a kubelet that ingot shall tell; any other plugin of ingot's ends.
void install_agent(Changing& changing, bool tells_kubelet, const std::stop_token& stop);

// Makes it as it is wished, and waits until its kubelet knows, where somebody waits.
device::Held hold(Changing& changing, const std::stop_token& stop);

// Where pods or processes have devices that go: Error{already_exists} that names them.
void refuse_users(Changing& changing, const std::stop_token& stop);
// Where nobody ends them: warns of the processes that have such devices open, and keep them.
void tell_users(Changing& changing, plan::StepContext& context);
// Those pods end, and are waited for.
void end_users(Changing& changing, const std::stop_token& stop);

// `changing` must outlive the plan.
[[nodiscard]] plan::Plan make_plan(Changing& changing);

}  // namespace ingot::attach
