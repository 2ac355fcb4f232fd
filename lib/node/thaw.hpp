// SPDX-License-Identifier: Apache-2.0
// Frees containers that cannot be killed. runc freezes a pod's control group for the milliseconds in which it
// changes it; a node that is killed in just these leaves the group frozen. In cgroup version 1 a frozen
// process does not even take SIGKILL, so the node never ends, and the engine gives up after twelve seconds.
// Internal to lib/node.
#pragma once

#include "docker/engine.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace ingot::node {

// Thaws everything inside a container that is being removed or stopped, if that takes longer than it should;
// returns when `removed` is asked to stop. Throws nothing: the removal itself tells what went wrong. `grace`:
// how long it may take anyway.
void thaw_what_does_not_end(docker::Engine& engine, const std::string& id_or_name, std::chrono::seconds grace,
                            const std::stop_token& removed);

}  // namespace ingot::node
