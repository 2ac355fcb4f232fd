// SPDX-License-Identifier: Apache-2.0
#include "support/fake_instances/fake_instances.hpp"

#include "support/fake_engine/program.hpp"

#include <algorithm>
#include <mutex>

namespace ingot::testing {

struct FakeInstances::State {
  std::mutex mutex;
  std::string system = "running\n";
  int exit_code = 0;
  std::string output;
  std::vector<std::string> scripts;
};

namespace {

bool is_ours(const ProcessInfo& info) {
  return info.labels.contains("dev.ingot.instance") && info.argv.front() == "/usr/local/bin/entrypoint";
}

bool asks_systemd(const ProcessInfo& info) {
  return info.argv.size() == 3 && info.argv[1] == "-c" &&
         info.argv[2].find("is-system-running") != std::string::npos;
}

}  // namespace

FakeInstances::FakeInstances(FakeEngine& engine) : state_(std::make_shared<State>()) {
  const std::vector<std::string> entrypoint{"/usr/local/bin/entrypoint", "/sbin/init"};
  engine.add_image(
      {.reference = kImage, .labels = {{"dev.ingot.instance-image", "1"}}, .entrypoint = entrypoint});
  engine.add_image({.reference = kWithCloudInit,
                    .entrypoint = entrypoint,
                    .files = {{"/usr/bin/cloud-init", "#!/usr/bin/python3"}}});
  // A node's entrypoint has the same name.
  engine.add_program([](const ProcessInfo& info) { return info.is_main && is_ours(info); },
                     waits_for_signal());
  engine.add_program(asks_systemd, [state = state_](Process& process) {
    const std::lock_guard lock(state->mutex);
    process.out(state->system);
    return state->system.starts_with("running") ? 0 : 1;
  });
  engine.add_program({"/bin/sh", "-s"}, [state = state_](Process& process) {
    std::string script;
    for (auto piece = process.input(); !piece.empty(); piece = process.input()) {
      script += piece;
    }
    const std::lock_guard lock(state->mutex);
    state->scripts.push_back(script);
    process.out(state->output);
    return state->exit_code;
  });
}

void FakeInstances::say(std::string state, const std::vector<std::string>& failed_units) {
  const std::lock_guard lock(state_->mutex);
  state_->system = std::move(state) + "\n";
  for (const auto& unit : failed_units) {
    state_->system += unit + " loaded failed failed Something\n";
  }
}

void FakeInstances::end_scripts(int exit_code, std::string output) {
  const std::lock_guard lock(state_->mutex);
  state_->exit_code = exit_code;
  state_->output = std::move(output);
}

std::vector<std::string> FakeInstances::scripts() const {
  const std::lock_guard lock(state_->mutex);
  return state_->scripts;
}

}  // namespace ingot::testing
