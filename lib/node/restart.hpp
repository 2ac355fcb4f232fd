// SPDX-License-Identifier: Apache-2.0
// Who stops a container that its user wants to be "unless-stopped", and who starts it again, tells the
// engine.
#pragma once

#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::node {

// Takes from the engine, or gives back to it, what brings such a container back; `labels` are its own.
// Nothing for others (engine_policy() tells why).
void let_engine_restart(Host& host, const std::string& id, const docker::Labels& labels, bool yes,
                        const std::stop_token& stop);

}  // namespace ingot::node
