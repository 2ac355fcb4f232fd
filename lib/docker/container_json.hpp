// SPDX-License-Identifier: Apache-2.0
// What an engine says about containers, from its JSON (Docker Engine API: ContainerInspect, ContainerList,
// ContainerStats). Pure functions over text that is not to be trusted: Error{untrusted} names the field at
// fault.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

[[nodiscard]] ContainerInfo parse_container(std::string_view text);

// Newest first.
[[nodiscard]] std::vector<ContainerSummary> parse_container_list(std::string_view text);

// `at` is now. Zeros for a container that does not run.
[[nodiscard]] UsageSample parse_usage(std::string_view text);

// The body of ContainerCreate.
[[nodiscard]] std::string to_json(const ContainerSpec& spec);

// The body of ContainerUpdate.
[[nodiscard]] std::string to_json(const Limits& limits);

}  // namespace ingot::docker
