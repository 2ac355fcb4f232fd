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

std::vector<std::string> subnets_of(const std::vector<docker::NetworkSpec>& specs) {
  std::vector<std::string> subnets;
  for (const auto& spec : specs) {
    subnets.push_back(spec.subnets.at(0).subnet);
  }
  return subnets;
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
    CHECK(in_upper_half(plan.take(name)));
  }
}

TEST_CASE("the same name gets the same address while it is free, another one afterwards", "[node]") {
  auto plan = plan_addresses(our_network(), {});
  auto again = plan_addresses(our_network(), {});
  const std::string first = plan.take("a-worker");
  CHECK(again.take("a-worker") == first);
  CHECK(plan.take("a-worker") != first);
}

TEST_CASE("addresses of other nodes are not given out, whether they run or not", "[node]") {
  const std::string wanted = plan_addresses(our_network(), {}).take("a-worker");
  auto network = our_network();
  network.container_addresses = {{"id", wanted + "/16"}};
  CHECK(plan_addresses(network, {}).take("a-worker") != wanted);
  CHECK(plan_addresses(our_network(), {wanted}).take("a-worker") != wanted);
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
  CHECK(plan.take("a") == "10.0.0.2");
}

TEST_CASE("a second subnet is used when the first cannot pin", "[node]") {
  auto network = our_network();
  network.subnets.insert(network.subnets.begin(),
                         {.subnet = "fc00::/64", .gateway = "fc00::1", .ip_range = ""});
  CHECK(plan_addresses(network, {}).can_pin());
}

TEST_CASE("when no address is left the node is named", "[node]") {
  AddressPlan plan(parse_ipv4("10.0.0.4"), parse_ipv4("10.0.0.6"), {parse_ipv4("10.0.0.5")});
  CHECK(plan.take("a") != plan.take("b"));
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

TEST_CASE("a new network is asked for at a subnet of Docker's own pools, its lower half for the engine",
          "[node]") {
  const auto candidates = network_candidates("kind", {});
  REQUIRE(candidates.size() == 14 + 16);
  const auto& first = candidates.front();
  CHECK(first.name == "kind");
  CHECK(first.driver == "bridge");
  CHECK(first.options.at("com.docker.network.bridge.enable_ip_masquerade") == "true");
  CHECK(first.subnets.at(0).subnet == "172.18.0.0/16");
  CHECK(first.subnets.at(0).gateway == "172.18.0.1");
  CHECK(first.subnets.at(0).ip_range == "172.18.0.0/17");
  CHECK(candidates.back().subnets.at(0).subnet == "192.168.240.0/20");
}

TEST_CASE("addresses can be pinned on every network we would make", "[node]") {
  for (const auto& candidate : network_candidates("kind", {})) {
    docker::NetworkInfo made{.name = "kind", .subnets = candidate.subnets};
    CHECK(plan_addresses(made, {}).can_pin());
  }
}

TEST_CASE("subnets that other networks use, in whole or in part, are not asked for", "[node]") {
  const std::vector<docker::NetworkInfo> others = {
      network_of("172.17.0.0/16", ""), network_of("172.18.5.0/24", ""), network_of("172.16.0.0/12", ""),
      network_of("fc00::/64", "")};
  const auto subnets = subnets_of(network_candidates("kind", others));
  CHECK(subnets.size() == 16);
  CHECK(subnets.front() == "192.168.0.0/20");
  CHECK(network_candidates("kind", {network_of("128.0.0.0/1", "")}).empty());
}

TEST_CASE("a new network takes over the engine's own packet size, as kind's does", "[node]") {
  docker::NetworkInfo bridge = network_of("172.17.0.0/16", "");
  bridge.name = "bridge";
  bridge.options = {{"com.docker.network.driver.mtu", "1450"}};
  CHECK(network_candidates("kind", {bridge}).front().options.at("com.docker.network.driver.mtu") == "1450");
  bridge.options = {{"com.docker.network.driver.mtu", "many"}};
  CHECK(network_candidates("kind", {bridge}).front().options.count("com.docker.network.driver.mtu") == 0);
  bridge.name = "another";
  bridge.options = {{"com.docker.network.driver.mtu", "1450"}};
  CHECK(network_candidates("kind", {bridge}).front().options.count("com.docker.network.driver.mtu") == 0);
}

}  // namespace ingot::node
