// SPDX-License-Identifier: Apache-2.0
#include "node/address_plan.hpp"

#include "base/error.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace ingot::node {

namespace {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] bool overlaps(const Range& other) const { return first <= other.last && other.first <= last; }
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

// A network takes no packet size from the engine's configuration unless it is told: the one of Docker's own
// bridge, which a machine behind a tunnel has been given (kind:
// pkg/cluster/internal/providers/docker/network.go).
docker::Labels options_for(const std::vector<docker::NetworkInfo>& networks) {
  constexpr auto kMtu = "com.docker.network.driver.mtu";
  docker::Labels options = {{"com.docker.network.bridge.enable_ip_masquerade", "true"}};
  for (const auto& network : networks) {
    const auto mtu = network.options.find(kMtu);
    if (network.name == "bridge" && mtu != network.options.end() && !mtu->second.empty() &&
        mtu->second.find_first_not_of("0123456789") == std::string::npos) {
      options[kMtu] = mtu->second;
    }
  }
  return options;
}

std::uint32_t hash_of(const std::string& text) {  // FNV-1a: spread, not secrecy
  std::uint32_t hash = 2166136261U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return hash;
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

std::string AddressPlan::take(const std::string& name) {
  const std::uint32_t count = last_ - first_ + 1;
  const std::uint32_t start = hash_of(name) % count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t address = first_ + (start + i) % count;
    if (taken_.insert(address).second) {
      return to_ipv4_text(address);
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
    return {automatic.last + 1, all.last - 1, std::move(taken)};
  }
  return {};
}

std::vector<docker::NetworkSpec> network_candidates(const std::string& name,
                                                    const std::vector<docker::NetworkInfo>& networks) {
  std::vector<std::pair<unsigned, unsigned>> prefixes;  // 172.18-31 and then 192.168/20s, Docker's own pools
  for (unsigned second = 18; second < 32; ++second) {
    prefixes.emplace_back(172U << 24U | second << 16U, 16);
  }
  for (unsigned third = 0; third < 256; third += 16) {
    prefixes.emplace_back(192U << 24U | 168U << 16U | third << 8U, 20);
  }
  std::vector<docker::NetworkSpec> candidates;
  for (const auto& [base_address, bits] : prefixes) {
    const std::string cidr = fmt::format("{}/{}", to_ipv4_text(base_address), bits);
    bool is_free = true;
    for (const auto& network : networks) {
      for (const auto& subnet : network.subnets) {
        is_free = is_free && !to_range(subnet.subnet).overlaps(to_range(cidr));
      }
    }
    if (is_free) {
      candidates.push_back(
          {.name = name,
           .subnets = {{.subnet = cidr,
                        .gateway = to_ipv4_text(base_address + 1),
                        .ip_range = fmt::format("{}/{}", to_ipv4_text(base_address), bits + 1)}},
           .options = options_for(networks)});
    }
  }
  return candidates;
}

}  // namespace ingot::node
