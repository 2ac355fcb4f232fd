// SPDX-License-Identifier: Apache-2.0
// Which engine is meant, chosen as the docker client (and with it kind) does: DOCKER_HOST, else the docker
// context that DOCKER_CONTEXT names, else the current one of its config.json, else the default socket.
#pragma once

#include "host.hpp"
#include "session/session.hpp"

namespace ingot::cli {

// Error{environment} when the context is not there or has no engine.
[[nodiscard]] docker::EngineAddress engine_address(const Environment& environment);

}  // namespace ingot::cli
