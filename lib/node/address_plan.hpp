// SPDX-License-Identifier: Apache-2.0
// Which address a node gets. Pinned addresses are known before a container exists (certificates and manifests
// need them) and survive restarts. Docker pins only on networks whose subnet was given by the user; on such a
// network made by us its own choices come from the lower half, ours from the upper.
#pragma once

#include "docker/types.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ingot::node {

class AddressPlan {
 public:
  AddressPlan() = default;  // nothing can be pinned
  // `first`..`last` may be given out, but for `taken`. All in host byte order.
  AddressPlan(std::uint32_t first, std::uint32_t last, std::set<std::uint32_t> taken);

  [[nodiscard]] bool can_pin() const { return first_ != 0; }

  // The next free address for `name`: starting at a place that depends on the name, so that clusters which
  // are made at the same moment do not ask for the same one. Error{environment} when none is left.
  [[nodiscard]] std::string take(const std::string& name);

 private:
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
  std::set<std::uint32_t> taken_;
};

// The plan for an existing network, given the pinned addresses of other nodes (running or not).
[[nodiscard]] AddressPlan plan_addresses(const docker::NetworkInfo& network,
                                         const std::vector<std::string>& pinned);

// Subnets to try for a new network, free among `networks`: most wanted first.
[[nodiscard]] std::vector<docker::NetworkSpec> network_candidates(
    const std::string& name, const std::vector<docker::NetworkInfo>& networks);

// "172.18.0.2" as a number and back; 0 for what is not an IPv4 address.
[[nodiscard]] std::uint32_t parse_ipv4(const std::string& text);
[[nodiscard]] std::string to_ipv4_text(std::uint32_t address);

}  // namespace ingot::node
