// SPDX-License-Identifier: Apache-2.0
// What an engine says about networks, from its JSON (Docker Engine API: NetworkInspect, NetworkList), and
// what it is told. Pure functions over text that is not to be trusted: Error{untrusted} names the field at
// fault.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

[[nodiscard]] NetworkInfo parse_network(std::string_view text);
[[nodiscard]] std::vector<NetworkInfo> parse_network_list(std::string_view text);

// The body of NetworkCreate.
[[nodiscard]] std::string to_json(const NetworkSpec& spec);

}  // namespace ingot::docker
