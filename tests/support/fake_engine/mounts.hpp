// SPDX-License-Identifier: Apache-2.0
// What is mounted in containers: volumes, and what the engine's machine keeps for containers and images.
// Internal to the fake engine; everything with the state's lock held.
#pragma once

#include "support/fake_engine/state.hpp"

#include <string>

namespace ingot::testing {

// Gives a new container what its creation asks for. As with Docker, a volume of a name that there is not is
// made, and one without a name begins with what its image has there.
void add_mounts(State& state, Container& container, const Image& image);
// Volumes without a name go with their container.
void remove_anonymous_volumes(State& state, const Container& container);

// Where a path of a container leads: to a file of its own, or of what is mounted there.
struct Place {
  FileTree* tree = nullptr;
  std::string path;
};
[[nodiscard]] Place place_of(State& state, Container& container, const std::string& path);

// As FileTree does it; a tar goes to wherever its paths lead.
[[nodiscard]] std::string pack(State& state, Container& container, const std::string& path);
bool unpack(State& state, Container& container, const std::string& folder, std::string_view tar);

// What overlay2 keeps of a container or an image, by its id. A container's is all that it has, what its image
// has included.
[[nodiscard]] Json to_graph_driver(const std::string& id);

}  // namespace ingot::testing
