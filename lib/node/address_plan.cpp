// SPDX-License-Identifier: Apache-2.0
#include "node/address_plan.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace ingot::node {

namespace {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// The addresses of an IPv4 CIDR; {0, 0} for anything else.
Range to_range(const std::string& cidr) {
  const auto slash = cidr.find('/');
  const std::uint32_t address = parse_ipv4(cidr.substr(0, slash));
  unsigned bits = 33;
  if (slash != std::string::npos) {
    std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits);
  }
  if (address == 0 || bits == 0 || bits > 32) {
    return {};
  }
  const std::uint32_t mask = ~0U << (32U - bits);
  return {address & mask, (address & mask) | ~mask};
}

// The upper half of the network's IPv6 subnet, if the engine's own choices come from the lower one and an
// address can be found in it by a number up to `most`.
std::optional<config::Cidr> free_ipv6_half(const docker::NetworkInfo& network, std::uint32_t most) {
  for (const auto& subnet : network.subnets) {
    const auto all = config::parse_cidr(subnet.subnet);
    const auto automatic = config::parse_cidr(subnet.ip_range);
    if (!all || !automatic || !all->network.is_ipv6 ||
        automatic != config::nth_subnet(*all, all->length + 1, 0)) {
      continue;
    }
    const auto half = config::nth_subnet(*all, all->length + 1, 1);
    if (half && config::nth_address(*half, most)) {
      return half;
    }
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t parse_ipv4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ? ntohl(address.s_addr) : 0;
}

std::string to_ipv4_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, address >> 16U & 255U, address >> 8U & 255U,
                     address & 255U);
}

AddressPlan::AddressPlan(std::uint32_t first, std::uint32_t last, std::set<std::uint32_t> taken)
    : first_(first), last_(last), taken_(std::move(taken)) {}

void AddressPlan::add_ipv6(const config::Cidr& block, std::uint32_t origin) {
  ipv6_block_ = block;
  ipv6_origin_ = origin;
}

Addresses AddressPlan::addresses_at(std::uint32_t address) const {
  Addresses addresses{.ipv4 = to_ipv4_text(address), .ipv6 = ""};
  const auto ipv6 = ipv6_block_ ? config::nth_address(*ipv6_block_, address - ipv6_origin_) : std::nullopt;
  if (ipv6) {
    addresses.ipv6 = config::to_text(*ipv6);
  }
  return addresses;
}

Addresses AddressPlan::take(const std::string& name) {
  const std::uint32_t count = last_ - first_ + 1;
  const auto start = static_cast<std::uint32_t>(base::fnv1a(name) % count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t address = first_ + (start + i) % count;
    if (taken_.insert(address).second) {
      return addresses_at(address);
    }
  }
  throw base::Error(base::ErrorCode::environment,
                    fmt::format("no address is left on the network for '{}'", name));
}

AddressPlan plan_addresses(const docker::NetworkInfo& network, const std::vector<std::string>& pinned) {
  // Engines give addresses of their own choice when no subnet was asked for; our label tells that one was.
  for (const auto& subnet : network.subnets) {
    const Range all = to_range(subnet.subnet);
    const Range automatic = to_range(subnet.ip_range);
    // The last address is the broadcast's; between it and the engine's own there must be one for us.
    if (all.first == 0 || automatic.first != all.first || automatic.last >= all.last - 1) {
      continue;
    }
    std::set<std::uint32_t> taken;
    for (const auto& [container, cidr] : network.container_addresses) {
      taken.insert(parse_ipv4(cidr.substr(0, cidr.find('/'))));
    }
    for (const auto& address : pinned) {
      taken.insert(parse_ipv4(address));
    }
    taken.insert(parse_ipv4(subnet.gateway));
    AddressPlan plan(automatic.last + 1, all.last - 1, std::move(taken));
    if (const auto block = free_ipv6_half(network, all.last - all.first)) {
      plan.add_ipv6(*block, all.first);
    }
    return plan;
  }
  return {};
}

}  // namespace ingot::node
