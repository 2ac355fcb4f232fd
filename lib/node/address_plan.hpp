// SPDX-License-Identifier: Apache-2.0
// Which addresses a node gets. Pinned addresses are known before a container exists (certificates and
// manifests need them) and survive restarts. Docker pins only on networks whose subnet was given by the user;
// on such a network made by us its own choices come from the lower half, ours from the upper. Pure.
#pragma once

#include "config/cidr.hpp"
#include "docker/types.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ingot::node {

// Of one node; empty where it has none of the family.
struct Addresses {
  std::string ipv4;
  std::string ipv6;
};

class AddressPlan {
 public:
  AddressPlan() = default;  // nothing can be pinned
  // `first`..`last` may be given out, but for `taken`. All in host byte order.
  AddressPlan(std::uint32_t first, std::uint32_t last, std::set<std::uint32_t> taken);

  // Gives out IPv6 addresses as well: that of `block` with the number that the IPv4 address has behind
  // `origin`. Then no two nodes share one as long as no two share the other.
  void add_ipv6(const config::Cidr& block, std::uint32_t origin);

  [[nodiscard]] bool can_pin() const { return first_ != 0; }
  [[nodiscard]] bool can_pin_ipv6() const { return ipv6_block_.has_value(); }

  // The next free address for `name`: starting at a place that depends on the name, so that clusters which
  // are made at the same moment do not ask for the same one. Error{environment} when none is left.
  [[nodiscard]] Addresses take(const std::string& name);

 private:
  [[nodiscard]] Addresses addresses_at(std::uint32_t address) const;

  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
  std::set<std::uint32_t> taken_;
  std::optional<config::Cidr> ipv6_block_;
  std::uint32_t ipv6_origin_ = 0;
};

// The plan for an existing network, given the pinned IPv4 addresses of other nodes (running or not).
[[nodiscard]] AddressPlan plan_addresses(const docker::NetworkInfo& network,
                                         const std::vector<std::string>& pinned);

// "172.18.0.2" as a number and back; 0 for what is not an IPv4 address.
[[nodiscard]] std::uint32_t parse_ipv4(const std::string& text);
[[nodiscard]] std::string to_ipv4_text(std::uint32_t address);

}  // namespace ingot::node
