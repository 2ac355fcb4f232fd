// SPDX-License-Identifier: Apache-2.0
#include "node/network_plan.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/cidr.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace ingot::node {

namespace {

using config::Cidr;

constexpr int kAttempts = 5;  // kind's

std::optional<Cidr> wished_subnet(const NetworkWish& wish, bool ipv6) {
  for (const auto& text : wish.subnets) {
    const auto cidr = config::parse_cidr(text);
    if (cidr && cidr->network.is_ipv6 == ipv6) {
      return cidr;
    }
  }
  return std::nullopt;
}

// The name of a network that uses a part of `cidr`.
std::optional<std::string> user_of(const Cidr& cidr, const std::vector<docker::NetworkInfo>& networks) {
  for (const auto& network : networks) {
    for (const auto& subnet : network.subnets) {
      const auto other = config::parse_cidr(subnet.subnet);
      if (other && config::overlap(*other, cidr)) {
        return network.name;
      }
    }
  }
  return std::nullopt;
}

// Docker's own pools: 172.18-31, then 192.168/20s.
std::vector<std::string> ipv4_pools() {
  std::vector<std::string> pools;
  for (unsigned second = 18; second < 32; ++second) {
    pools.push_back(fmt::format("172.{}.0.0/16", second));
  }
  for (unsigned third = 0; third < 256; third += 16) {
    pools.push_back(fmt::format("192.168.{}.0/20", third));
  }
  return pools;
}

std::vector<std::string> ipv6_pools(const std::string& name) {
  std::vector<std::string> pools;
  for (std::int32_t attempt = 0; attempt < kAttempts; ++attempt) {
    pools.push_back(unique_local_subnet(name, attempt));
  }
  return pools;
}

std::string text_of(const std::optional<config::IpAddress>& address) {
  return address ? config::to_text(*address) : std::string();
}

docker::NetworkInfo::Subnet to_subnet(const Cidr& cidr) {
  docker::NetworkInfo::Subnet subnet{.subnet = config::to_text(cidr)};
  if (const auto half = config::nth_subnet(cidr, cidr.length + 1, 0); half && config::host_bits(cidr) > 1) {
    subnet.ip_range = config::to_text(*half);
    if (!cidr.network.is_ipv6) {  // of IPv6 ones kind leaves it to the engine
      subnet.gateway = text_of(config::nth_address(cidr, 1));
    }
  }
  return subnet;
}

// A subnet of one family, as NetworkWish says or from the pools; nothing when none is left.
std::optional<docker::NetworkInfo::Subnet> choose(const NetworkWish& wish, bool ipv6,
                                                  const std::vector<docker::NetworkInfo>& networks,
                                                  const std::set<std::string>& refused) {
  if (const auto wished = wished_subnet(wish, ipv6)) {
    const auto user = user_of(*wished, networks);
    if (user || refused.contains(config::to_text(*wished))) {
      throw base::Error({.code = base::ErrorCode::already_exists,
                         .message = fmt::format("the subnet {} is in use", config::to_text(*wished)),
                         .cause = user ? fmt::format("the network '{}' has it, or a part of it", *user) : "",
                         .remedy = "choose another --subnet"});
    }
    return to_subnet(*wished);
  }
  for (const auto& pool : ipv6 ? ipv6_pools(wish.name) : ipv4_pools()) {
    if (const auto cidr = config::parse_cidr(pool);
        cidr && !refused.contains(pool) && !user_of(*cidr, networks)) {
      return to_subnet(*cidr);
    }
  }
  return std::nullopt;
}

// A network takes no packet size from the engine's configuration unless it is told: the one of Docker's own
// bridge, which a machine behind a tunnel has been given.
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

std::vector<std::string> subnets_of(const docker::NetworkInfo& network) {
  std::vector<std::string> subnets;
  for (const auto& subnet : network.subnets) {
    subnets.push_back(subnet.subnet);
  }
  return subnets;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

void check_wish(const NetworkWish& wish) {
  base::Failure failure{.code = base::ErrorCode::invalid_input, .message = "--subnet is not valid"};
  std::array<int, 2> of_family{};
  for (const auto& text : wish.subnets) {
    const auto cidr = config::parse_cidr(text);
    if (!cidr) {
      failure.problems.push_back(
          fmt::format("'{}' is no subnet; write it as address/length, such as 172.30.0.0/16", text));
    } else if (config::to_text(*cidr) != text) {
      failure.problems.push_back(
          fmt::format("'{}' is an address in {}; which is meant?", text, config::to_text(*cidr)));
    } else if (config::host_bits(*cidr) < 3) {
      failure.problems.push_back(fmt::format("{} is too small for nodes", text));
    } else if (++of_family.at(cidr->network.is_ipv6 ? 1 : 0) == 2) {
      failure.problems.push_back(
          fmt::format("a second {} subnet; one is enough", cidr->network.is_ipv6 ? "IPv6" : "IPv4"));
    }
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
}

void check_network(const docker::NetworkInfo& network, const NetworkWish& wish) {
  const auto subnets = subnets_of(network);
  for (const auto& wished : wish.subnets) {
    if (std::ranges::find(subnets, wished) == subnets.end()) {
      throw base::Error(
          {.code = base::ErrorCode::already_exists,
           .message = fmt::format("the network '{}' exists without the subnet {}", network.name, wished),
           .cause = fmt::format("it has {}", subnets.empty() ? "none" : base::join(subnets, " and ")),
           .remedy = "leave --subnet out, or choose another network with --network"});
    }
  }
  const bool has_ipv6 = std::ranges::any_of(subnets, [](const auto& text) { return has(text, ":"); });
  if (wish.needs_ipv6 && !has_ipv6) {
    throw base::Error(
        {.code = base::ErrorCode::environment,
         .message = fmt::format("the network '{}' has no IPv6", network.name),
         .cause = "nodes would get no IPv6 address on it",
         .remedy = fmt::format(
             "choose another network with --network, or, when nothing is on it: docker network rm {}",
             network.name)});
  }
}

std::optional<docker::NetworkSpec> next_network(const NetworkWish& wish,
                                                const std::vector<docker::NetworkInfo>& networks,
                                                const std::set<std::string>& refused, bool with_ipv6) {
  docker::NetworkSpec spec{.name = wish.name,
                           .ipv6 = with_ipv6,
                           .labels = {{std::string(kNetworkLabel), "1"}},
                           .options = options_for(networks)};
  for (const bool ipv6 : {false, true}) {
    if (ipv6 && !with_ipv6) {
      continue;
    }
    const auto subnet = choose(wish, ipv6, networks, refused);
    if (!subnet) {
      return std::nullopt;
    }
    spec.subnets.push_back(*subnet);
  }
  return spec;
}

std::string unique_local_subnet(const std::string& name, std::int32_t attempt) {
  std::string hashed = name;
  for (unsigned byte = 0; byte < 4; ++byte) {
    hashed += static_cast<char>(static_cast<std::uint32_t>(attempt) >> (8U * byte) & 0xFFU);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  EVP_Digest(hashed.data(), hashed.size(), sum.data(), nullptr, EVP_sha1(), nullptr);
  Cidr cidr{.network = {.is_ipv6 = true, .bytes = {0xFC, 0x00}}, .length = 64};
  std::copy(sum.begin() + 2, sum.begin() + 8, cidr.network.bytes.begin() + 2);
  return config::to_text(cidr);
}

bool is_without_ipv6(const std::string& refusal) {
  return has(refusal, "Cannot read IPv6 setup for bridge") ||
         has(refusal, "Unable to enable NAT rule:  (iptables failed: ip6tables") ||
         has(refusal, "setting default policy to DROP in FORWARD chain failed:  (iptables failed: ip6tables");
}

bool is_overlap(const std::string& refusal) {
  return has(refusal, "Pool overlaps with other one on this address space") ||
         has(refusal, "networks have overlapping");
}

const docker::NetworkInfo& network_to_keep(const std::vector<docker::NetworkInfo>& networks) {
  return *std::ranges::min_element(networks, [](const auto& left, const auto& right) {
    const auto a = left.container_addresses.size();
    const auto b = right.container_addresses.size();
    return a != b ? a > b : left.id < right.id;
  });
}

}  // namespace ingot::node
