// SPDX-License-Identifier: Apache-2.0
// What a container takes of the machine while it runs: an address on its network and host ports. With the
// state's lock held. Internal to the fake engine.
#pragma once

#include "support/fake_engine/state.hpp"

namespace ingot::testing {

// Refuses a pinned address that the network cannot give, as the engine does when a container is created.
void check_pinned_address(State& state, const Container& container);

// Takes all of it, or nothing and throws Refusal.
void attach(State& state, Container& container);
void detach(State& state, Container& container);

}  // namespace ingot::testing
