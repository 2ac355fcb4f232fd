// SPDX-License-Identifier: Apache-2.0
// A command in a container that gets the signals of whoever waits for it. Engines pass on none to what an
// exec runs, and let it go on when its caller leaves.
#pragma once

#include "docker/engine.hpp"

#include <functional>
#include <stop_token>
#include <string>

namespace ingot::node {

struct Signals {
  std::stop_token stop = {};         // a signal has come: the command and all that it started get it
  std::stop_token abandon = {};      // another one: nobody waits any more
  std::function<int()> number = {};  // of the signal; SIGTERM unless it says so
};

// Engine::exec(), whose exit code is the command's own, 128 and more when it was a signal that ended it.
// Needs a shell and grep in the container to pass one on. Cancelled when it is abandoned.
int run_signalled(docker::Engine& engine, const std::string& id, docker::ExecSpec spec,
                  const docker::ExecStreams& streams, const Signals& signals);

}  // namespace ingot::node
