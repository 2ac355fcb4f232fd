// SPDX-License-Identifier: Apache-2.0
// `instance ssh`: what ssh needs on this machine.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

// What run() saved, or, where that is gone or was never here, a new key, which the instance is told to let
// in. `folder`: see access.hpp. Error{not_found}, Error{already_exists} when it does not run,
// Error{unsupported} without an SSH server.
[[nodiscard]] SshAccess require_access(node::Host& host, const std::string& name, const std::string& folder,
                                       const std::stop_token& stop);

}  // namespace ingot::instance
