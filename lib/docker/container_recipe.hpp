// SPDX-License-Identifier: Apache-2.0
// What an engine must be told to make a container like one that it has, whoever made that one and whatever is
// said of it: taken from its inspection, in the engine's own words. Pure functions over text that is not to
// be trusted: Error{untrusted} for what is no recipe.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

// Of an answer to ContainerInspect, or of what Engine::inspect_text() made of it. One line of JSON.
[[nodiscard]] std::string to_recipe(std::string_view inspection);

// The ports it publishes, as they were asked for: a host port that the engine chose is 0.
[[nodiscard]] std::vector<PortBinding> ports_of(std::string_view recipe);
// The network that it is on: "kind".
[[nodiscard]] std::string network_of(std::string_view recipe);

// The body of ContainerCreate.
[[nodiscard]] std::string to_creation(std::string_view recipe, const ContainerChanges& changes);

}  // namespace ingot::docker
