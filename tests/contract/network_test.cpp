// SPDX-License-Identifier: Apache-2.0
// What we believe about networks, addresses and ports.
#include "contract/subject.hpp"
#include "support/wire/server.hpp"

#include <sys/socket.h>
#include <catch2/catch.hpp>

using namespace ingot::contract;
using ingot::base::ErrorCode;
using nlohmann::json;

namespace {

ingot::docker::ContainerSpec pinned(const Subject& subject, const std::string& network,
                                    const std::string& address) {
  auto spec = subject.spec();
  spec.network = subject.name(network);
  spec.ipv4_address = address;
  return spec;
}

ingot::docker::ContainerSpec publishing(const Subject& subject, int host_port) {
  auto spec = subject.spec();
  spec.ports = {{.container_port = 80, .host_address = "127.0.0.1", .host_port = host_port}};
  return spec;
}

}  // namespace

TEMPLATE_TEST_CASE("a network's name in use is a conflict", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    static_cast<void>(subject.create_network("n"));
    const auto answer = subject.ask("POST", "/v1.41/networks/create",
                                    json{{"Name", subject.name("n")}, {"CheckDuplicate", true}});
    CHECK(answer.status == 409);
    CHECK(answer.message == "network with name " + subject.name("n") + " already exists");
  });
}

TEMPLATE_TEST_CASE("subnets that overlap are forbidden", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto prefix = subject.create_network("n");
    const json ipam = {{"Config", json::array({{{"Subnet", prefix + ".128/25"}}})}};
    const auto answer =
        subject.ask("POST", "/v1.41/networks/create",
                    json{{"Name", subject.name("m")}, {"CheckDuplicate", true}, {"IPAM", ipam}});
    CHECK(answer.status == 403);
    CHECK(answer.message == "Pool overlaps with other one on this address space");
  });
}

TEMPLATE_TEST_CASE("a subnet must be one", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto create = [&](const char* subnet) {
      const json ipam = {{"Config", json::array({{{"Subnet", subnet}}})}};
      return subject.ask("POST", "/v1.45/networks/create", json{{"Name", subject.name("m")}, {"IPAM", ipam}});
    };
    const auto host_bits = create("10.99.99.7/24");
    CHECK(host_bits.status == 400);
    CHECK(host_bits.message ==
          "invalid network config:\ninvalid subnet 10.99.99.7/24: it should be 10.99.99.0/24");
    const auto nonsense = create("nonsense");
    CHECK(nonsense.status == 400);
    CHECK(nonsense.message ==
          "invalid network config:\ninvalid subnet nonsense: invalid CIDR block notation");
  });
}

TEMPLATE_TEST_CASE("the engine's own networks stay", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto answer = subject.ask("DELETE", "/v1.41/networks/bridge");
    CHECK(answer.status == 403);
    CHECK(answer.message == "bridge is a pre-defined network and cannot be removed");
    CHECK_FALSE(subject.engine.inspect_network(subject.name("none"), {}));
    CHECK_FALSE(subject.engine.remove_network(subject.name("none"), {}));
  });
}

TEMPLATE_TEST_CASE("a pinned address is given, shown, and refused to a second", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto prefix = subject.create_network("n");
    const auto first = subject.create("a", pinned(subject, "n", prefix + ".77"));
    subject.engine.start_container(first, {});
    const auto info = subject.engine.inspect_container(first, {});
    REQUIRE(info->networks.contains(subject.name("n")));
    CHECK(info->networks.at(subject.name("n")).ipv4 == prefix + ".77");
    CHECK(info->networks.at(subject.name("n")).gateway == prefix + ".1");
    const auto network = subject.engine.inspect_network(subject.name("n"), {});
    CHECK(network->container_addresses.at(first) == prefix + ".77/24");
    const auto second = subject.create("b", pinned(subject, "n", prefix + ".77"));
    const auto answer = subject.ask("POST", "/v1.41/containers/" + second + "/start");
    CHECK(answer.status == 403);
    CHECK(answer.message == "Address already in use");
    const auto refused = subject.engine.inspect_container(second, {});
    CHECK(refused->state == "created");
    CHECK(refused->exit_code == 128);
    CHECK(refused->error == "Address already in use");
    subject.engine.remove_container(first, {});
    subject.engine.start_container(second, {});
  });
}

TEMPLATE_TEST_CASE("an address can be pinned only inside a subnet that was asked for", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    static_cast<void>(subject.create_network("n"));
    const auto create = [&](const std::string& network, const char* address) {
      const json endpoint = {{"IPAMConfig", {{"IPv4Address", address}}}};
      return subject.ask("POST", "/v1.45/containers/create?name=" + subject.name("a"),
                         json{{"Image", subject.image()},
                              {"Cmd", {"/probe"}},
                              {"HostConfig", {{"NetworkMode", network}}},
                              {"NetworkingConfig", {{"EndpointsConfig", {{network, endpoint}}}}}});
    };
    const auto outside = create(subject.name("n"), "192.0.2.1");
    CHECK(outside.status == 400);
    CHECK(outside.message ==
          "invalid config for network " + subject.name("n") +
              ": invalid endpoint settings:\nno configured subnet or ip-range contain the IP "
              "address 192.0.2.1");
  });
}

TEMPLATE_TEST_CASE("a container without a pinned address gets the next one", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto prefix = subject.create_network("n");
    const auto id = subject.create("a", pinned(subject, "n", ""));
    subject.engine.start_container(id, {});
    CHECK(subject.engine.inspect_container(id, {})->networks.at(subject.name("n")).ipv4 == prefix + ".2");
    subject.engine.stop_container(id, std::chrono::seconds(5), {});
    CHECK(subject.engine.inspect_container(id, {})->networks.at(subject.name("n")).ipv4.empty());
  });
}

TEMPLATE_TEST_CASE("a subnet can be full", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    static_cast<void>(subject.create_network("n", "30"));  // one address beside the gateway's
    const auto first = subject.create("a", pinned(subject, "n", ""));
    subject.engine.start_container(first, {});
    const auto second = subject.create("b", pinned(subject, "n", ""));
    const auto answer = subject.ask("POST", "/v1.41/containers/" + second + "/start");
    CHECK(answer.status == 500);
    CHECK_THAT(answer.message,
               Catch::StartsWith("no available IPv4 addresses on this network's address pools: " +
                                 subject.name("n")));
  });
}

TEMPLATE_TEST_CASE("a network in use stays until its containers are gone", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    static_cast<void>(subject.create_network("n"));
    const auto id = subject.create("a", pinned(subject, "n", ""));
    subject.engine.start_container(id, {});
    const auto answer = subject.ask("DELETE", "/v1.41/networks/" + subject.name("n"));
    CHECK(answer.status == 403);
    CHECK_THAT(answer.message, Catch::EndsWith("has active endpoints"));
    subject.engine.remove_container(id, {});
    CHECK(subject.engine.remove_network(subject.name("n"), {}));
  });
}

TEMPLATE_TEST_CASE("an engine keeps its own choices inside the range that a network gives it", "[contract]",
                   OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto prefix = subject.create_network("n");
    REQUIRE(subject.engine.remove_network(subject.name("n"), {}));
    subject.engine.create_network(
        {.name = subject.name("n"),
         .subnets = {{.subnet = prefix + ".0/24", .gateway = prefix + ".1", .ip_range = prefix + ".128/25"}}},
        {});
    const auto network = subject.engine.inspect_network(subject.name("n"), {});
    REQUIRE(network->subnets.size() == 1);
    CHECK(network->subnets.front().ip_range == prefix + ".128/25");
    const auto chosen = subject.create("a", pinned(subject, "n", ""));
    subject.engine.start_container(chosen, {});
    const std::string address =
        subject.engine.inspect_container(chosen, {})->networks.at(subject.name("n")).ipv4;
    CHECK(std::stoi(address.substr(address.rfind('.') + 1)) >= 128);
    const auto outside = subject.create("b", pinned(subject, "n", prefix + ".7"));
    subject.engine.start_container(outside, {});
    CHECK(subject.engine.inspect_container(outside, {})->networks.at(subject.name("n")).ipv4 ==
          prefix + ".7");
  });
}

TEMPLATE_TEST_CASE("a network that is not there fails the start, not the creation", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", pinned(subject, "nowhere", ""));
    const auto answer = subject.ask("POST", "/v1.41/containers/" + id + "/start");
    CHECK(answer.status == 404);
    CHECK(answer.message == "network " + subject.name("nowhere") + " not found");
  });
}

TEMPLATE_TEST_CASE("a port published without a number gets one while the container runs", "[contract]",
                   OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", publishing(subject, 0));
    CHECK(subject.engine.inspect_container(id, {})->ports.empty());
    subject.engine.start_container(id, {});
    const auto info = subject.engine.inspect_container(id, {});
    REQUIRE(info->ports.size() == 1);
    CHECK(info->ports.front().container_port == 80);
    CHECK(info->ports.front().protocol == "tcp");
    CHECK(info->ports.front().host_address == "127.0.0.1");
    CHECK(info->ports.front().host_port > 1024);
  });
}

TEMPLATE_TEST_CASE("a port that another container has fails the start", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto first = subject.create("a", publishing(subject, 0));
    subject.engine.start_container(first, {});
    const int port = subject.engine.inspect_container(first, {})->ports.front().host_port;
    const auto second = subject.create("b", publishing(subject, port));
    CHECK(error_of([&] { subject.engine.start_container(second, {}); }) == ErrorCode::already_exists);
    const auto answer = subject.ask("POST", "/v1.41/containers/" + second + "/start");
    CHECK(answer.status == 500);
    CHECK_THAT(answer.message, Catch::EndsWith("Bind for 127.0.0.1:" + std::to_string(port) +
                                               " failed: port is already allocated"));
    CHECK(subject.engine.inspect_container(second, {})->state == "created");
  });
}

TEMPLATE_TEST_CASE("a port that somebody else on the machine has fails the start", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    int port = 0;
    const ingot::base::Fd other = ingot::testing::bind_tcp("127.0.0.1", port);
    REQUIRE(::listen(other.get(), 1) == 0);
    const auto id = subject.create("a", publishing(subject, port));
    const auto answer = subject.ask("POST", "/v1.41/containers/" + id + "/start");
    CHECK(answer.status == 500);
    CHECK_THAT(answer.message, Catch::EndsWith("listen tcp4 127.0.0.1:" + std::to_string(port) +
                                               ": bind: address already in use"));
  });
}
