// SPDX-License-Identifier: Apache-2.0
#include "instance/container.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot;
using namespace ingot::instance;

TEST_CASE("an instance's container tells all about it by its labels", "[unit][instance]") {
  Spec spec{.name = "dev", .cluster = "demo"};
  spec.env = {"A=1"};
  spec.mounts = {{.source = "/src", .target = "/work", .read_only = true}};
  spec.limits.cpu_millis = 1500;
  const Placement placement{
      .image = "ingot/instance:bookworm",
      .network = "kind",
      .addresses = {.ipv4 = "172.18.128.7", .ipv6 = ""},
      .disk = "ingot-instance-dev",
      .run_id = "0a",
      .tool_version = "1.0",
      .ports = {{.container_port = 22, .host_address = "127.0.0.1", .host_port = 40022}},
      .proxy_env = {"HTTP_PROXY=http://proxy"}};
  const auto container = to_container_spec(spec, placement, {});
  CHECK(container.labels == docker::Labels{{"dev.ingot.instance", "dev"},
                                           {"dev.ingot.run", "0a"},
                                           {"dev.ingot.instance.disk", "ingot-instance-dev"},
                                           {"dev.ingot.instance.ssh", "127.0.0.1:40022"},
                                           {"dev.ingot.instance.cluster", "demo"},
                                           {"dev.ingot.address", "172.18.128.7"},
                                           {"dev.ingot.restart", "unless-stopped"},
                                           {"dev.ingot.version", "1.0"}});
  CHECK(container.hostname == "dev");
  CHECK(container.privileged);
  CHECK(container.env == std::vector<std::string>{"HTTP_PROXY=http://proxy", "A=1"});
  CHECK(container.limits.nano_cpus == 1'500'000'000);
  CHECK(container.restart_policy == "always");
  const auto disk = std::ranges::find(container.mounts, std::string("volume"), &docker::Mount::type);
  REQUIRE(disk != container.mounts.end());
  CHECK(disk->source == "ingot-instance-dev");
  CHECK(disk->target == "/var");
}
