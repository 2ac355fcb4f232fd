// SPDX-License-Identifier: Apache-2.0
// The one moment in which nodes stand still: the talk with the script that copies, and the pause in the midst
// of it. Internal to lib/snapshot.
#pragma once

#include "node/host.hpp"
#include "plan/plan.hpp"
#include "snapshot/manifest.hpp"
#include "snapshot/results.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ingot::snapshot {

struct Copied {
  std::string kubernetes_version;
  std::vector<Part> parts;
  std::chrono::milliseconds paused{0};
};

// Runs copy_script() in `helper`. The containers `running` are paused from its "ready" to its "copied", and
// go on however it ends; `while_paused` may be null. Error{command_failed} when the script fails,
// Error{untrusted} when what it says is nothing that it could say.
[[nodiscard]] Copied copy_nodes(node::Host& host, const std::string& helper, const std::string& script,
                                const std::vector<std::string>& running, const WhilePaused& while_paused,
                                plan::StepContext& context);

}  // namespace ingot::snapshot
