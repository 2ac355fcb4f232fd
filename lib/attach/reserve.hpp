// SPDX-License-Identifier: Apache-2.0
// Devices for one container in the making, which runs no kubelet. They are written into it before it starts;
// lib/device then gives what is written there.
#pragma once

#include "attach/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::attach {

// What `wish` means now; `wish.node` is the container's name. Error{invalid_input} with all that is unknown,
// named twice, somebody else's, or more than there is.
[[nodiscard]] std::vector<std::string> choose(node::Host& host, const gpu::Catalogue& catalogue,
                                              const Wish& wish, const std::stop_token& stop);

// The same, and they are its own from now on: of several that are made at once, no two get one device. `id`:
// of the container, which has not started.
std::vector<std::string> reserve(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                 const std::string& id, const std::stop_token& stop);

}  // namespace ingot::attach
