// SPDX-License-Identifier: Apache-2.0
// Instances as they are, known by their labels alone.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::instance {

[[nodiscard]] std::vector<Summary> list(node::Host& host, const std::stop_token& stop);

[[nodiscard]] std::optional<docker::ContainerSummary> find(node::Host& host, const std::string& name,
                                                           const std::stop_token& stop);
// Error{not_found}.
[[nodiscard]] docker::ContainerSummary require(node::Host& host, const std::string& name,
                                               const std::stop_token& stop);
// Error{not_found}, Error{already_exists} when it does not run. With one request to the engine.
[[nodiscard]] docker::ContainerInfo require_running(node::Host& host, const std::string& name,
                                                    const std::stop_token& stop);

// Error{not_found}.
[[nodiscard]] Status status(node::Host& host, const std::string& name, const std::stop_token& stop);

}  // namespace ingot::instance
