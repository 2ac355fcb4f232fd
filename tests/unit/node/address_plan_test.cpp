// SPDX-License-Identifier: Apache-2.0
#include "node/address_plan.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::node {

namespace {

// A network as network_candidates() asks for it: the engine's own choices come from the lower half.
docker::NetworkInfo our_network() {
  return {.name = "kind",
          .subnets = {{.subnet = "172.18.0.0/16", .gateway = "172.18.0.1", .ip_range = "172.18.0.0/17"}}};
}

bool in_upper_half(const std::string& address) {
  const auto number = parse_ipv4(address);
  return number >= parse_ipv4("172.18.128.0") && number < parse_ipv4("172.18.255.255");
}

docker::NetworkInfo network_of(const std::string& subnet, const std::string& ip_range) {
  return {.name = "n", .subnets = {{.subnet = subnet, .gateway = "", .ip_range = ip_range}}};
}

}  // namespace

TEST_CASE("IPv4 addresses are numbers and back, and nothing else is one", "[node]") {
  CHECK(to_ipv4_text(parse_ipv4("172.18.0.2")) == "172.18.0.2");
  CHECK(parse_ipv4("255.255.255.255") == 0xffffffffU);
  for (const auto* text : {"", "172.18.0", "172.18.0.256", "fc00::1", "172.18.0.2/16", "a.b.c.d"}) {
    CHECK(parse_ipv4(text) == 0);
  }
}

TEST_CASE("on a network made by us addresses come from the half that the engine leaves alone", "[node]") {
  auto plan = plan_addresses(our_network(), {});
  REQUIRE(plan.can_pin());
  for (const auto* name : {"a-control-plane", "a-worker", "a-worker2", "b-control-plane"}) {
    CHECK(in_upper_half(plan.take(name).ipv4));
  }
}

TEST_CASE("the same name gets the same address while it is free, another one afterwards", "[node]") {
  auto plan = plan_addresses(our_network(), {});
  auto again = plan_addresses(our_network(), {});
  const std::string first = plan.take("a-worker").ipv4;
  CHECK(again.take("a-worker").ipv4 == first);
  CHECK(plan.take("a-worker").ipv4 != first);
}

TEST_CASE("addresses of other nodes are not given out, whether they run or not", "[node]") {
  const std::string wanted = plan_addresses(our_network(), {}).take("a-worker").ipv4;
  auto network = our_network();
  network.container_addresses = {{"id", wanted + "/16"}};
  CHECK(plan_addresses(network, {}).take("a-worker").ipv4 != wanted);
  CHECK(plan_addresses(our_network(), {wanted}).take("a-worker").ipv4 != wanted);
}

TEST_CASE("a network whose subnet was not given by a user cannot pin", "[node]") {
  const auto [subnet, ip_range] = GENERATE(table<std::string, std::string>({
      {"172.18.0.0/16", ""},                 // kind's own
      {"172.18.0.0/16", "172.18.0.0/16"},    // nothing is left to us
      {"172.18.0.0/16", "172.18.128.0/17"},  // the engine's own choices come from the upper half
      {"fc00:f853:ccd:e793::/64", ""},       // another family
      {"not a subnet", "neither"},           // an engine that talks nonsense
      {"172.18.0.0", "172.18.0.0"},
      {"172.18.0.0/33", "172.18.0.0/34"},
      {"", ""},
  }));
  CHECK_FALSE(plan_addresses(network_of(subnet, ip_range), {}).can_pin());
}

TEST_CASE("a network too small to leave us an address cannot pin", "[node]") {
  const auto [subnet, ip_range] = GENERATE(table<std::string, std::string>({
      {"10.0.0.0/31", "10.0.0.0/32"},  // only the broadcast address is outside of the engine's range
      {"10.0.0.0/32", "10.0.0.0/32"},
  }));
  CHECK_FALSE(plan_addresses(network_of(subnet, ip_range), {}).can_pin());
}

TEST_CASE("the smallest network that leaves us an address gives that one out", "[node]") {
  auto plan = plan_addresses(network_of("10.0.0.0/30", "10.0.0.0/31"), {});
  REQUIRE(plan.can_pin());
  CHECK(plan.take("a").ipv4 == "10.0.0.2");
}

TEST_CASE("a second subnet is used when the first cannot pin", "[node]") {
  auto network = our_network();
  network.subnets.insert(network.subnets.begin(),
                         {.subnet = "fc00::/64", .gateway = "fc00::1", .ip_range = ""});
  CHECK(plan_addresses(network, {}).can_pin());
}

TEST_CASE("when no address is left the node is named", "[node]") {
  AddressPlan plan(parse_ipv4("10.0.0.4"), parse_ipv4("10.0.0.6"), {parse_ipv4("10.0.0.5")});
  CHECK(plan.take("a").ipv4 != plan.take("b").ipv4);
  try {
    std::ignore = plan.take("c");
    FAIL("gave out what is taken");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::environment);
    CHECK(error.failure().message == "no address is left on the network for 'c'");
  }
}

TEST_CASE("the gateway is not given out", "[node]") {
  // The engine leaves .2 and .3 to us, and the broadcast address .3 is nobody's.
  docker::NetworkInfo network{
      .name = "n", .subnets = {{.subnet = "10.0.0.0/30", .gateway = "10.0.0.2", .ip_range = "10.0.0.0/31"}}};
  CHECK_THROWS_AS(plan_addresses(network, {}).take("a"), base::Error);
}

TEST_CASE("an IPv6 address has the number of its IPv4 address, in the half that the engine leaves alone",
          "[node]") {
  auto network = our_network();
  network.subnets.push_back(
      {.subnet = "fc00:f853:ccd:e793::/64", .gateway = "", .ip_range = "fc00:f853:ccd:e793::/65"});
  auto plan = plan_addresses(network, {});
  REQUIRE(plan.can_pin_ipv6());
  const auto addresses = plan.take("a-control-plane");
  const auto number = parse_ipv4(addresses.ipv4) - parse_ipv4("172.18.0.0");
  const auto half = config::parse_cidr("fc00:f853:ccd:e793:8000::/65");
  CHECK(addresses.ipv6 == config::to_text(*config::nth_address(*half, number)));
  CHECK(plan.take("a-worker").ipv6 != addresses.ipv6);
}

TEST_CASE("IPv6 addresses are left to the engine where it might choose the same ones", "[node]") {
  const auto [subnet, ip_range] = GENERATE(table<std::string, std::string>({
      {"fc00:f853:ccd:e793::/64", ""},                         // kind's own
      {"fc00:f853:ccd:e793::/64", "fc00:f853:ccd:e793::/64"},  // nothing is left to us
      {"fc00:f853:ccd:e793::/64", "fc00:f853:ccd:e793:8000::/65"},
      {"fc00:f853:ccd:e793::/112", "fc00:f853:ccd:e793::/113"},  // its half is smaller than the IPv4 subnet
      {"nonsense", "nonsense"},
  }));
  auto network = our_network();
  network.subnets.push_back({.subnet = subnet, .gateway = "", .ip_range = ip_range});
  auto plan = plan_addresses(network, {});
  CHECK(plan.can_pin());
  CHECK_FALSE(plan.can_pin_ipv6());
  CHECK(plan.take("a").ipv6.empty());
}

}  // namespace ingot::node
