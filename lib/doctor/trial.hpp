// SPDX-License-Identifier: Apache-2.0
// The one thing that only trying tells: whether this engine starts a privileged container. The container is
// made as nodes are, without their network and volumes, runs a shell for an instant and is removed again.
#pragma once

#include "docker/types.hpp"
#include "doctor/facts.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::doctor {

// Errors as docker::Engine, Error{timed_out} after half a minute.
[[nodiscard]] Trial try_privileged(node::Host& host, const docker::EngineInfo& info, const std::string& image,
                                   const std::stop_token& stop);

}  // namespace ingot::doctor
