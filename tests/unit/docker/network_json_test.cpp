// SPDX-License-Identifier: Apache-2.0
#include "docker/network_json.hpp"
#include "base/error.hpp"
#include "recorded.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::docker {

using nlohmann::json;

TEST_CASE("a network is read from a real answer", "[docker]") {
  const NetworkInfo network = parse_network(recorded("network.json"));
  CHECK(network.name == "demo-net");
  CHECK(network.id.starts_with("be12c741"));
  CHECK(network.driver == "bridge");
  CHECK_FALSE(network.ipv6);
  REQUIRE(network.subnets.size() == 1);
  CHECK(network.subnets[0].subnet == "10.213.0.0/24");
  CHECK(network.subnets[0].gateway.empty());
  CHECK(network.labels == Labels{{"role", "test"}});
  CHECK(network.options == Labels{{"com.docker.network.driver.mtu", "1400"}});
  REQUIRE(network.container_addresses.size() == 1);
  CHECK(network.container_addresses.begin()->first.starts_with("59a05359"));
  CHECK(network.container_addresses.begin()->second == "10.213.0.7/24");
}

TEST_CASE("a list of networks is read from a real answer", "[docker]") {
  const auto list = parse_network_list(recorded("networks.json"));
  REQUIRE(list.size() == 3);
  CHECK(list[0].name == "bridge");
  CHECK(list[0].subnets.at(0).gateway == "172.17.0.1");
  CHECK(list[1].name == "demo-net");
  CHECK(list[2].name == "none");
  CHECK(list[2].subnets.empty());  // "Config": null
}

TEST_CASE("what is no network is not trusted", "[docker]") {
  const std::string text = GENERATE("[]", "{}", R"({"Id":"a"})", R"({"Id":"a","Name":"b","IPAM":[]})",
                                    R"({"Id":"a","Name":"b","IPAM":{"Config":{}}})",
                                    R"({"Id":"a","Name":"b","Containers":{"c":"d"}})",
                                    R"({"Id":"a","Name":"b","Containers":{"c":null}})");
  CHECK_THROWS_AS(parse_network(text), base::Error);
}

TEST_CASE("a network's request holds what was asked for", "[docker]") {
  CHECK(json::parse(to_json(NetworkSpec{.name = "n"})) ==
        json::parse(R"({"Name":"n","Driver":"bridge","EnableIPv6":false,"CheckDuplicate":true})"));
  const NetworkSpec spec{.name = "n",
                         .driver = "overlay",
                         .ipv6 = true,
                         .subnets = {{"10.0.0.0/24", "10.0.0.1"}, {"fd00::/64", ""}},
                         .labels = {{"l", "v"}},
                         .options = {{"o", "w"}}};
  CHECK(json::parse(to_json(spec)) == json::parse(R"({
    "Name":"n","Driver":"overlay","EnableIPv6":true,"CheckDuplicate":true,
    "IPAM":{"Config":[{"Subnet":"10.0.0.0/24","Gateway":"10.0.0.1"},{"Subnet":"fd00::/64"}]},
    "Labels":{"l":"v"},"Options":{"o":"w"}})"));
}

}  // namespace ingot::docker
