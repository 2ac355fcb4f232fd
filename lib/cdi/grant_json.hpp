// SPDX-License-Identifier: Apache-2.0
// Grants as JSON: between ingot and the device agent, and in the file that the agent keeps in a container.
#pragma once

#include "cdi/grant.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ingot::cdi {

[[nodiscard]] nlohmann::json to_json(const Grant& grant);
// Throws nlohmann::json::exception for anything else.
[[nodiscard]] Grant grant_of(const nlohmann::json& object);

// The CDI file in a container that tells what it has of a kind ("vendor.com/gpu"). It is on a tmpfs: a
// restart takes it, as it takes what the kernel was asked for.
[[nodiscard]] std::string file_in_container(std::string kind);

}  // namespace ingot::cdi
