// SPDX-License-Identifier: Apache-2.0
// The network of nodes, over an engine that has moods.
#include "base/error.hpp"
#include "config/validate.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/engine_fixture.hpp"
#include "node/network_plan.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot;
using nlohmann::json;
using testing::ClusterFixture;
using testing::failure_of;
using Texts = std::vector<std::string>;

namespace {

const testing::Match kCreation{.method = "POST", .path = "/networks/create"};

config::ClusterSpec spec_of(config::IpFamily family) {
  config::ClusterSpec spec;
  spec.name = "one";
  spec.networking.ip_family = family;
  spec.nodes.emplace_back();
  config::apply_defaults(spec);
  config::check(spec);
  return spec;
}

// The bodies of what was asked to be made.
std::vector<json> creations(const ClusterFixture& fixture) {
  std::vector<json> bodies;
  for (const auto& request : fixture.fake.requests("POST", "/networks/create")) {
    bodies.push_back(json::parse(request.body));
  }
  return bodies;
}

Texts subnets_of(const json& body) {
  Texts subnets;
  for (const auto& config : body.at("IPAM").at("Config")) {
    subnets.push_back(config.at("Subnet").get<std::string>());
  }
  return subnets;
}

// What the engine was told to make the node of; errands have containers of their own.
json node_body(const ClusterFixture& fixture, const std::string& name) {
  for (const auto& request : fixture.fake.requests("POST", "/containers/create")) {
    const auto wanted = request.query.find("name");
    if (wanted != request.query.end() && wanted->second == name) {
      return json::parse(request.body);
    }
  }
  FAIL("no node " << name);
  return {};
}

}  // namespace

TEST_CASE_METHOD(ClusterFixture, "the first cluster makes the network, the second one does not",
                 "[engine][network]") {
  create(spec("one"), options());
  create(spec("two"), options());
  REQUIRE(creations(*this).size() == 1);
  CHECK(subnets_of(creations(*this)[0]) == Texts{"172.18.0.0/16", "fc00:f853:ccd:e793::/64"});
  CHECK(fake.networks() == Texts{"kind"});
}

TEST_CASE_METHOD(ClusterFixture, "an engine that cannot do IPv6 gets an IPv4 network", "[engine][network]") {
  const auto* words =
      GENERATE("Cannot read IPv6 setup for bridge br-1: no such file or directory",
               "Failed to Setup IP tables: Unable to enable NAT rule:  (iptables failed: ip6tables -t nat",
               "setting default policy to DROP in FORWARD chain failed:  (iptables failed: ip6tables");
  fake.faults().fail(kCreation, 500, words);
  create(spec("one"), options());
  REQUIRE(creations(*this).size() == 2);
  CHECK(creations(*this)[1].at("EnableIPv6") == false);
  CHECK(subnets_of(creations(*this)[1]) == Texts{"172.18.0.0/16"});
}

TEST_CASE_METHOD(ClusterFixture, "a cluster that needs IPv6 is not made where there is none",
                 "[engine][network]") {
  fake.faults().fail({.method = kCreation.method, .path = kCreation.path, .nth = 0}, 500,
                     "Cannot read IPv6 setup for bridge br-1");
  const auto failure = failure_of([&] { create(spec_of(config::IpFamily::dual), options()); });
  CHECK(failure.code == base::ErrorCode::environment);
  CHECK(failure.message.find("the engine cannot make a network with IPv6") != std::string::npos);
  CHECK(fake.networks().empty());
  CHECK(node_names().empty());
}

TEST_CASE_METHOD(ClusterFixture,
                 "where a subnet overlaps with one that the engine does not list, the next is tried",
                 "[engine][network]") {
  const auto* words =
      GENERATE("Pool overlaps with other one on this address space",
               "cannot create network 1 (br-1): conflicts with network 2: networks have overlapping IPv4");
  fake.faults().fail(kCreation, 403, words);
  create(spec("one"), options());
  REQUIRE(creations(*this).size() == 2);
  CHECK(subnets_of(creations(*this)[1]) == Texts{"172.19.0.0/16", "fc00:8866:27d0:bd7e::/64"});
}

TEST_CASE_METHOD(ClusterFixture, "where nothing is free in the end, that is said", "[engine][network]") {
  fake.faults().fail({.method = kCreation.method, .path = kCreation.path, .nth = 0}, 403,
                     "Pool overlaps with other one on this address space");
  const auto failure = failure_of([&] { create(spec("one"), options()); });
  CHECK(failure.message.find("there is no free subnet for the network 'kind'") != std::string::npos);
  CHECK(creations(*this).size() == 5);  // as often as kind tries
}

TEST_CASE_METHOD(ClusterFixture, "another program may be faster", "[engine][network]") {
  fake.faults().before(kCreation, [&] {
    docker::Engine engine(fake.address());
    engine.create_network(*node::next_network({.name = "kind"}, {}), {});
  });
  create(spec("one"), options());
  CHECK(fake.networks() == Texts{"kind"});
}

TEST_CASE_METHOD(ClusterFixture, "a name that an engine calls ambiguous is looked up by id",
                 "[engine][network]") {
  create(spec("one"), options());
  fake.faults().fail({.method = "GET", .path = "/networks/kind", .nth = 0}, 400,
                     "network kind is ambiguous (2 matches found on name)");
  create(spec("two"), options());
  CHECK(creations(*this).size() == 1);
}

TEST_CASE_METHOD(ClusterFixture, "the subnets that were asked for are made, and kept to",
                 "[engine][network]") {
  auto chosen = options();
  chosen.network = "mine";
  chosen.subnets = {"10.9.0.0/16", "fd12:3456::/64"};
  create(spec("one"), chosen);
  CHECK(subnets_of(creations(*this).at(0)) == chosen.subnets);
  const auto address = fake.containers().at(0).address;
  CHECK(address.starts_with("10.9."));
  create(spec("two"), chosen);  // the same again
  CHECK(creations(*this).size() == 1);
  chosen.subnets = {"10.8.0.0/16"};
  const auto failure = failure_of([&] { create(spec("three"), chosen); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.message == "the network 'mine' exists without the subnet 10.8.0.0/16");
}

TEST_CASE_METHOD(ClusterFixture, "a subnet that is none is refused before anything is made",
                 "[engine][network]") {
  auto chosen = options();
  chosen.subnets = {"10.9.0.1/16", "here"};
  const auto failure = failure_of([&] { create(spec("one"), chosen); });
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems.size() == 2);
  CHECK(fake.networks().empty());
}

TEST_CASE_METHOD(ClusterFixture, "nodes of a dual-stack cluster keep one address of each family",
                 "[engine][network]") {
  create(spec_of(config::IpFamily::dual), options());
  const auto body = node_body(*this, "one-control-plane");
  const auto pinned = body.at("NetworkingConfig").at("EndpointsConfig").at("kind").at("IPAMConfig");
  CHECK(pinned.at("IPv4Address").get<std::string>().starts_with("172.18."));
  CHECK(pinned.at("IPv6Address").get<std::string>().starts_with("fc00:f853:ccd:e793:8000::"));
  CHECK(body.at("HostConfig").at("Sysctls") ==
        json{{"net.ipv6.conf.all.disable_ipv6", "0"}, {"net.ipv6.conf.all.forwarding", "1"}});
  const auto api = nodes.api("one-control-plane");
  REQUIRE(api);
  const auto node = api->get("/api/v1/nodes/one-control-plane");
  REQUIRE(node);
  CHECK(node->at("spec").at("podCIDRs") == json({"10.244.0.0/24", "fd00:10:244::/64"}));
}

TEST_CASE_METHOD(ClusterFixture, "an IPv4 cluster pins no IPv6 address and changes no setting of the kernel",
                 "[engine][network]") {
  create(spec("one"), options());
  const auto body = node_body(*this, "one-control-plane");
  CHECK_FALSE(
      body.at("NetworkingConfig").at("EndpointsConfig").at("kind").at("IPAMConfig").contains("IPv6Address"));
  CHECK_FALSE(body.at("HostConfig").contains("Sysctls"));
}

TEST_CASE_METHOD(ClusterFixture,
                 "a create that installs no network returns and says what it did not wait for", "[engine]") {
  auto wanted = spec_of(config::IpFamily::ipv4);
  wanted.networking.disable_default_cni = true;
  const auto result = create(wanted, options());
  CHECK(result.not_awaited.find("disableDefaultCNI") != std::string::npos);
  CHECK_FALSE(fake.file("one-control-plane", "/etc/cni/net.d/10-kindnet.conflist"));
  const auto api = nodes.api("one-control-plane");
  REQUIRE(api);
  CHECK_FALSE(api->get("/apis/apps/v1/namespaces/kube-system/daemonsets/kindnet"));
}
