// SPDX-License-Identifier: Apache-2.0
#include "node/network_plan.hpp"

#include "base/error.hpp"
#include "node/address_plan.hpp"

#include <catch2/catch.hpp>

namespace ingot::node {

namespace {

using Texts = std::vector<std::string>;

docker::NetworkInfo network_of(const Texts& subnets, const std::string& name = "other") {
  docker::NetworkInfo network{.name = name};
  for (const auto& subnet : subnets) {
    network.subnets.push_back({.subnet = subnet, .gateway = "", .ip_range = ""});
  }
  return network;
}

Texts subnets_of(const std::optional<docker::NetworkSpec>& spec) {
  Texts subnets;
  for (const auto& subnet : spec ? spec->subnets : std::vector<docker::NetworkInfo::Subnet>()) {
    subnets.push_back(subnet.subnet);
  }
  return subnets;
}

template <typename Work>
base::Failure failure_of(Work&& work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.failure();
  }
  FAIL("went through");
  return {};
}

}  // namespace

// The contract's vectors, of which the first is also what kind's users see (kind#1544).
TEST_CASE("a network's IPv6 subnet is the one that kind computes from its name", "[node]") {
  const auto [attempt, subnet] = GENERATE(table<std::int32_t, std::string>({
      {0, "fc00:f853:ccd:e793::/64"},
      {1, "fc00:8866:27d0:bd7e::/64"},
      {2, "fc00:ddd9:fcae:c61c::/64"},
      {3, "fc00:aa7c:42e1:abd3::/64"},
      {4, "fc00:3131:6ea8:d73a::/64"},
  }));
  CHECK(unique_local_subnet("kind", attempt) == subnet);
  CHECK(unique_local_subnet("another", attempt) != subnet);
}

TEST_CASE("another name gives another subnet, as from kind", "[node]") {
  CHECK(unique_local_subnet("nt-kind", 0) == "fc00:a84d:8f1c:67e6::/64");  // asked of kind 0.33
}

TEST_CASE(
    "a new network is asked for at a subnet of Docker's own pools and at kind's, lower halves for the engine",
    "[node]") {
  const auto spec = next_network({.name = "kind"}, {});
  REQUIRE(spec);
  CHECK(spec->name == "kind");
  CHECK(spec->driver == "bridge");
  CHECK(spec->ipv6);
  CHECK(spec->options == docker::Labels{{"com.docker.network.bridge.enable_ip_masquerade", "true"}});
  REQUIRE(spec->subnets.size() == 2);
  CHECK(spec->subnets[0].subnet == "172.18.0.0/16");
  CHECK(spec->subnets[0].gateway == "172.18.0.1");
  CHECK(spec->subnets[0].ip_range == "172.18.0.0/17");
  CHECK(spec->subnets[1].subnet == "fc00:f853:ccd:e793::/64");
  CHECK(spec->subnets[1].gateway.empty());
  CHECK(spec->subnets[1].ip_range == "fc00:f853:ccd:e793::/65");
}

TEST_CASE("an engine without IPv6 is asked for a network without", "[node]") {
  const auto spec = next_network({.name = "kind"}, {}, {}, false);
  REQUIRE(spec);
  CHECK_FALSE(spec->ipv6);
  CHECK(subnets_of(spec) == Texts{"172.18.0.0/16"});
}

TEST_CASE("addresses of both families can be pinned on every network that we make", "[node]") {
  std::set<std::string> refused;
  for (int made = 0; made < 5; ++made) {
    const auto spec = next_network({.name = "kind"}, {}, refused);
    REQUIRE(spec);
    const auto plan = plan_addresses({.name = "kind", .subnets = spec->subnets}, {});
    CHECK(plan.can_pin());
    CHECK(plan.can_pin_ipv6());
    for (const auto& subnet : spec->subnets) {
      refused.insert(subnet.subnet);
    }
  }
  CHECK_FALSE(next_network({.name = "kind"}, {}, refused));  // kind gives up after five, too
}

TEST_CASE("subnets that other networks use, in whole or in part, are not asked for", "[node]") {
  const std::vector<docker::NetworkInfo> others = {
      network_of({"172.17.0.0/16"}), network_of({"172.16.0.0/12"}),
      network_of({"192.168.3.0/24", "fc00:f853:ccd:e793:1::/80"})};
  CHECK(subnets_of(next_network({.name = "kind"}, others)) ==
        Texts{"192.168.16.0/20", "fc00:8866:27d0:bd7e::/64"});
  CHECK_FALSE(next_network({.name = "kind"}, {network_of({"128.0.0.0/1"})}));
}

TEST_CASE("a new network takes over the engine's own packet size, as kind's does", "[node]") {
  constexpr auto kMtu = "com.docker.network.driver.mtu";
  const auto [name, mtu, expected] = GENERATE(table<std::string, std::string, std::size_t>(
      {{"bridge", "1450", 1}, {"bridge", "many", 0}, {"bridge", "", 0}, {"another", "1450", 0}}));
  auto network = network_of({"172.17.0.0/16"}, name);
  network.options = {{kMtu, mtu}};
  const auto spec = next_network({.name = "kind"}, {network});
  REQUIRE(spec);
  CHECK(spec->options.count(kMtu) == expected);
}

TEST_CASE("a subnet that the user chose is taken, its family's pool is not", "[node]") {
  CHECK(subnets_of(next_network({.name = "kind", .subnets = {"10.9.0.0/24"}}, {})) ==
        Texts{"10.9.0.0/24", "fc00:f853:ccd:e793::/64"});
  CHECK(subnets_of(next_network({.name = "kind", .subnets = {"fd12::/64"}}, {})) ==
        Texts{"172.18.0.0/16", "fd12::/64"});
  CHECK(subnets_of(next_network({.name = "kind", .subnets = {"fd12::/64", "10.9.0.0/24"}}, {})) ==
        Texts{"10.9.0.0/24", "fd12::/64"});
}

TEST_CASE("a chosen subnet that is in use is refused with its user's name", "[node]") {
  const auto failure = failure_of([] {
    std::ignore =
        next_network({.name = "kind", .subnets = {"10.9.0.0/24"}}, {network_of({"10.0.0.0/8"}, "big")});
  });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.message == "the subnet 10.9.0.0/24 is in use");
  CHECK(failure.cause == "the network 'big' has it, or a part of it");
}

TEST_CASE("wishes for subnets are checked, all at once", "[node]") {
  CHECK_NOTHROW(check_wish({.name = "n", .subnets = {}}));
  CHECK_NOTHROW(check_wish({.name = "n", .subnets = {"10.9.0.0/24", "fd12::/64"}}));
  const auto failure = failure_of([] {
    check_wish({.name = "n",
                .subnets = {"10.9.0.0", "10.9.0.1/24", "10.0.0.0/30", "10.1.0.0/16", "10.2.0.0/16", "x/y"}});
  });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems ==
        Texts{"'10.9.0.0' is no subnet; write it as address/length, such as 172.30.0.0/16",
              "'10.9.0.1/24' is an address in 10.9.0.0/24; which is meant?",
              "10.0.0.0/30 is too small for nodes", "a second IPv4 subnet; one is enough",
              "'x/y' is no subnet; write it as address/length, such as 172.30.0.0/16"});
}

TEST_CASE("a network that exists must have the subnets and the family that are needed", "[node]") {
  const auto network = network_of({"172.18.0.0/16"}, "kind");
  CHECK_NOTHROW(check_network(network, {.name = "kind", .subnets = {"172.18.0.0/16"}}));
  const auto other =
      failure_of([&] { check_network(network, {.name = "kind", .subnets = {"10.9.0.0/24"}}); });
  CHECK(other.code == base::ErrorCode::already_exists);
  CHECK(other.message == "the network 'kind' exists without the subnet 10.9.0.0/24");
  CHECK(other.cause == "it has 172.18.0.0/16");
  const auto without = failure_of([&] { check_network(network, {.name = "kind", .needs_ipv6 = true}); });
  CHECK(without.code == base::ErrorCode::environment);
  CHECK_NOTHROW(
      check_network(network_of({"172.18.0.0/16", "fc00::/64"}), {.name = "kind", .needs_ipv6 = true}));
}

TEST_CASE("engines' refusals of networks are understood", "[node]") {
  const auto [words, without_ipv6, overlap] = GENERATE(table<std::string, bool, bool>({
      {"Cannot read IPv6 setup for bridge br-1: open /proc/sys/net/ipv6: no such file", true, false},
      {"Failed to Setup IP tables: Unable to enable NAT rule:  (iptables failed: ip6tables --wait -t nat",
       true, false},
      {"setting default policy to DROP in FORWARD chain failed:  (iptables failed: ip6tables --wait", true,
       false},
      {"Pool overlaps with other one on this address space", false, true},
      {"cannot create network 1 (br-1): conflicts with network 2 (br-2): networks have overlapping IPv4",
       false, true},
      {"network with name kind already exists", false, false},
      {"", false, false},
  }));
  CHECK(is_without_ipv6(words) == without_ipv6);
  CHECK(is_overlap(words) == overlap);
}

TEST_CASE(
    "of several networks of one name that with the most containers stays, then that with the smallest id",
    "[node]") {
  docker::NetworkInfo a{.id = "a", .name = "kind"};
  docker::NetworkInfo b{.id = "b", .name = "kind"};
  CHECK(network_to_keep({b, a}).id == "a");
  b.container_addresses = {{"c", "172.18.0.2/16"}};
  CHECK(network_to_keep({a, b}).id == "b");
}

}  // namespace ingot::node
