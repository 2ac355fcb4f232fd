// SPDX-License-Identifier: Apache-2.0
#include "docker/container_recipe.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::docker {

using nlohmann::json;

namespace {

// As an engine says it of a node, shortened.
const std::string kInspection = R"({
  "Id": "270cb82f940e", "Name": "/demo-control-plane", "State": {"Status": "running"},
  "Config": {"Hostname": "demo-control-plane", "AttachStdin": false, "Tty": true, "Cmd": null,
             "Image": "ingot/node:v1.36.3", "Env": ["A=b"], "Labels": {"role": "control-plane", "address": "1"},
             "Volumes": {"/var": {}}, "StopSignal": "SIGRTMIN+3"},
  "HostConfig": {"NetworkMode": "kind", "Privileged": true, "ConsoleSize": [0, 0], "ContainerIDFile": "",
                 "LogConfig": {"Type": "json-file"}, "Memory": 1073741824, "Devices": null,
                 "PortBindings": {"6443/tcp": [{"HostIp": "127.0.0.1", "HostPort": "57003"}],
                                  "53/udp": [{"HostIp": "", "HostPort": ""}]}}})";

}  // namespace

TEST_CASE("a recipe has what was asked for, and nothing of the one container", "[docker]") {
  const auto recipe = json::parse(to_recipe(kInspection));
  CHECK(recipe["Config"].contains("Volumes"));
  CHECK_FALSE(recipe["Config"].contains("AttachStdin"));
  CHECK_FALSE(recipe["Config"].contains("Cmd"));
  CHECK(recipe["HostConfig"]["Memory"] == 1073741824);
  CHECK_FALSE(recipe["HostConfig"].contains("Devices"));
  CHECK_FALSE(recipe["HostConfig"].contains("ConsoleSize"));
  CHECK_FALSE(recipe["HostConfig"].contains("LogConfig"));
  CHECK(recipe.size() == 2);
  CHECK(to_recipe("[" + kInspection + "]") == recipe.dump());  // as Engine::inspect_text() has it
}

TEST_CASE("a recipe tells its network and its ports", "[docker]") {
  const auto recipe = to_recipe(kInspection);
  CHECK(network_of(recipe) == "kind");
  const auto ports = ports_of(recipe);
  REQUIRE(ports.size() == 2);
  CHECK(ports[0].container_port == 53);
  CHECK(ports[0].protocol == "udp");
  CHECK(ports[0].host_port == 0);
  CHECK(ports[1].container_port == 6443);
  CHECK(ports[1].host_address == "127.0.0.1");
  CHECK(ports[1].host_port == 57003);
}

TEST_CASE("a container is made from a recipe, but for what changes", "[docker]") {
  const auto body = json::parse(
      to_creation(to_recipe(kInspection),
                  {.image = "other:1",
                   .hostname = "copy-control-plane",
                   .labels = {{"address", "2"}},
                   .ports = {{.container_port = 6443, .host_address = "127.0.0.1", .host_port = 1}},
                   .ipv4_address = "172.18.0.9"}));
  CHECK(body["Image"] == "other:1");
  CHECK(body["Hostname"] == "copy-control-plane");
  CHECK(body["Labels"] == json{{"role", "control-plane"}, {"address", "2"}});
  CHECK(body["Env"] == json{"A=b"});
  CHECK(body["HostConfig"]["PortBindings"] ==
        json{{"6443/tcp", {{{"HostIp", "127.0.0.1"}, {"HostPort", "1"}}}}});
  CHECK(body["NetworkingConfig"]["EndpointsConfig"]["kind"]["IPAMConfig"] ==
        json{{"IPv4Address", "172.18.0.9"}});
  const auto same = json::parse(to_creation(to_recipe(kInspection), {}));
  CHECK(same["Image"] == "ingot/node:v1.36.3");
  CHECK_FALSE(same.contains("NetworkingConfig"));
}

TEST_CASE("what is no recipe is not trusted", "[docker]") {
  const std::string text =
      GENERATE("", "[]", "{}", R"({"Config":{}})", R"({"Config":[],"HostConfig":{}})", "[{},{}]");
  CHECK_THROWS_AS(to_creation(text, {}), base::Error);
  CHECK_THROWS_AS(to_recipe(text), base::Error);
}

TEST_CASE("a port that is none is not trusted", "[docker]") {
  const std::string port = GENERATE("x", "70000", "-1", "1 ");
  const auto recipe = R"({"Config":{},"HostConfig":{"PortBindings":{"6443/tcp":[{"HostIp":"","HostPort":")" +
                      port + "\"}]}}}";
  CHECK_THROWS_AS(ports_of(recipe), base::Error);
}

}  // namespace ingot::docker
