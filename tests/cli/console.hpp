// SPDX-License-Identifier: Apache-2.0
// A user at the command line: streams that are kept, an environment and a home of its own, and a fake engine
// whose containers are fake nodes. At the end it checks that the engine was asked nothing it does not know.
#pragma once

#include "host.hpp"
#include "support/fake_engine/fake_engine.hpp"
#include "support/fake_nodes/fake_nodes.hpp"
#include "support/temp_dir.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::testing {

class Console {
 public:
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // The exit code. `out` and `err` are those of this run.
  int run(const std::vector<std::string>& words);
  // What standard input gives next, piece by piece, and then its end.
  void type(std::string text) { input_.push_back(std::move(text)); }
  void press_ctrl_c();

  TempDir home;
  // Called for every API server before it answers; see FakeNodesOptions.
  std::function<void(FakeKubernetes&)> prepare;
  FakeEngine engine;
  FakeNodes nodes;
  cli::Host host;
  std::string out;
  std::string err;

 private:
  std::mutex mutex_;
  std::deque<std::string> input_;
  std::stop_source stop_;
};

}  // namespace ingot::testing
