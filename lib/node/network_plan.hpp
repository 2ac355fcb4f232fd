// SPDX-License-Identifier: Apache-2.0
// The network that nodes are on: what is asked of an engine where there is none yet, and whether one that
// exists will do. It is the network that kind makes (kind 0.33,
// pkg/cluster/internal/providers/docker/network.go), except that its IPv4 subnet is given too: engines let
// addresses be chosen only on subnets that a user gave. Pure.
#pragma once

#include "docker/types.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ingot::node {

// On networks that ingot made, so that they can be told from others'.
inline constexpr std::string_view kNetworkLabel = "dev.ingot.network";

struct NetworkWish {
  std::string name;
  std::vector<std::string> subnets;  // CIDRs that the user chose, one of each family at most
  bool needs_ipv6 = false;           // nodes cannot do without
};

// Error{invalid_input} with every problem of the wished subnets.
void check_wish(const NetworkWish& wish);

// Error{already_exists} where an existing network has other subnets than those wished for, Error{environment}
// where it lacks an address family that is needed.
void check_network(const docker::NetworkInfo& network, const NetworkWish& wish);

// What to ask for: subnets that are neither in use by `networks` nor among `refused`. The engine's own
// choices come from the lower half of each. Without `with_ipv6` only IPv4, which some engines are limited to.
// Nothing when none is left. Error{already_exists} where a wished subnet is in use.
[[nodiscard]] std::optional<docker::NetworkSpec> next_network(
    const NetworkWish& wish, const std::vector<docker::NetworkInfo>& networks,
    const std::set<std::string>& refused = {}, bool with_ipv6 = true);

// The unique local IPv6 subnet that kind gives a network of this name at its `attempt`-th try, from 0.
[[nodiscard]] std::string unique_local_subnet(const std::string& name, std::int32_t attempt);

// Whether an engine's refusal of a network says that it cannot do IPv6 there, or that a subnet is in use.
[[nodiscard]] bool is_without_ipv6(const std::string& refusal);
[[nodiscard]] bool is_overlap(const std::string& refusal);

// Of several networks of one name, which old engines allow, the one that kind's clean-up leaves: that with
// the most containers, then that with the smallest id. `networks` is not empty.
[[nodiscard]] const docker::NetworkInfo& network_to_keep(const std::vector<docker::NetworkInfo>& networks);

}  // namespace ingot::node
