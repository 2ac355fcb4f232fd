// SPDX-License-Identifier: Apache-2.0
// Makes the fake engine's containers of an instance image behave as machines: they boot, tell how their
// systemd is, and run scripts, which are kept. Must be made before the first of them runs; may go before the
// engine does.
#pragma once

#include "support/fake_engine/fake_engine.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ingot::testing {

class FakeInstances {
 public:
  static constexpr const char* kImage = "ingot/instance:bookworm";
  static constexpr const char* kWithCloudInit = "example/cloud:1";

  explicit FakeInstances(FakeEngine& engine);

  // What their systemd says from now on: a state, and units that failed.
  void say(std::string state, const std::vector<std::string>& failed_units = {});
  // How scripts end from now on.
  void end_scripts(int exit_code, std::string output);
  // Those that were run, in order.
  [[nodiscard]] std::vector<std::string> scripts() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // with the programs, which end with the engine
};

}  // namespace ingot::testing
