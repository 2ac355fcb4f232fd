// SPDX-License-Identifier: Apache-2.0
// Devices for one container in the making, which runs no kubelet. They are written into it before it starts;
// lib/device then gives what is written there.
#pragma once

#include "attach/results.hpp"
#include "device/wish.hpp"
#include "node/host.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::attach {

// What `wish` means now; `wish.node` is the container's name. Error{invalid_input} with all that is unknown,
// named twice, somebody else's, or more than there is.
[[nodiscard]] std::vector<std::string> choose(node::Host& host, const gpu::Catalogue& catalogue,
                                              const Wish& wish, const std::stop_token& stop);

// What a container takes of the machine: what it shall have, and had.
struct Taking {
  std::string name;
  std::string id;
  device::Wish before;
  device::Wish after;
  std::vector<std::string> coming;   // devices; empty: none, and nothing is to be done
  std::vector<std::string> sharers;  // by name, who may have them, too
};

// Makes what `choose` tells its own, before the kernel is asked for anything: of several that take at once no
// two get one device. `choose` throws what is refused, and is asked again where somebody was as fast. What is
// not given in the end must be given up: device::record().
void take(node::Host& host, const std::function<Taking()>& choose, const std::stop_token& stop);

// The same of one that has not started, with choose(); what it is given then. `id`: of the container.
std::vector<std::string> reserve(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                 const std::string& id, const std::stop_token& stop);

}  // namespace ingot::attach
