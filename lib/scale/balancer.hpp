// SPDX-License-Identifier: Apache-2.0
// The load balancer of a cluster whose control planes come and go. Internal to lib/scale.
#pragma once

#include "boot/load_balancer.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::scale {

// Whether it is set up so already. Error{unsupported} for a program that ingot does not know.
[[nodiscard]] bool leads_to(node::Host& host, const std::string& balancer, const boot::LoadBalancer& wanted,
                            const std::stop_token& stop);

// From now on `balancer` (a container) leads to these servers; connections that are open stay. What an older
// ingot made has to be restarted for it. Error{unsupported} for a program that ingot does not know.
void lead_to(node::Host& host, const std::string& balancer, const boot::LoadBalancer& wanted,
             const std::stop_token& stop);

}  // namespace ingot::scale
