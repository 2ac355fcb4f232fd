// SPDX-License-Identifier: Apache-2.0
#include "boot/cni.hpp"

#include "unit/boot/boot_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::boot::test {

using nlohmann::json;

namespace {

Rendering with_cni(std::vector<std::string> objects) {
  Rendering rendering;
  rendering.cni = std::move(objects);
  return rendering;
}

}  // namespace

// As kindnetd writes it: kind, images/kindnetd/cmd/kindnetd/cni.go.
TEST_CASE("a node's CNI configuration is the one that its daemon comes to write", "[boot]") {
  const auto file = cni_config(with_cni({daemon_set("kindnet")}), {"10.244.1.0/24"}, 1450);
  REQUIRE(file);
  CHECK(file->path == "/etc/cni/net.d/10-kindnet.conflist");
  CHECK(file->mode == 0644);
  CHECK(json::parse(file->content) == json::parse(R"({
    "cniVersion": "0.3.1",
    "name": "kindnet",
    "plugins": [
      {
        "type": "ptp",
        "ipMasq": false,
        "ipam": {
          "type": "host-local",
          "dataDir": "/run/cni-ipam-state",
          "routes": [{ "dst": "0.0.0.0/0" }],
          "ranges": [[{ "subnet": "10.244.1.0/24" }]]
        },
        "mtu": 1450
      },
      { "type": "portmap", "capabilities": { "portMappings": true } }
    ]
  })"));
}

TEST_CASE("the daemon of our own node image has the same configuration under its own name", "[boot]") {
  const auto file = cni_config(with_cni({daemon_set("node-network")}), {"10.244.0.0/24"}, 1500);
  REQUIRE(file);
  CHECK(file->path == "/etc/cni/net.d/10-node-network.conflist");
  CHECK(json::parse(file->content).at("name") == "node-network");
}

TEST_CASE("pods of a dual-stack cluster get an address and a default route of each family", "[boot]") {
  const auto file =
      cni_config(with_cni({daemon_set("kindnet")}), {"10.244.1.0/24", "fd00:10:244:1::/64"}, 1500);
  REQUIRE(file);
  const auto ipam = json::parse(file->content).at("plugins").at(0).at("ipam");
  CHECK(ipam.at("ranges") ==
        json::parse(R"([[{"subnet": "10.244.1.0/24"}], [{"subnet": "fd00:10:244:1::/64"}]])"));
  CHECK(ipam.at("routes") == json::parse(R"([{"dst": "0.0.0.0/0"}, {"dst": "::/0"}])"));
}

TEST_CASE("pods of an IPv6 cluster get no IPv4 address", "[boot]") {
  const auto file = cni_config(with_cni({daemon_set("node-network")}), {"fd00:10:244::/64"}, 1500);
  REQUIRE(file);
  const auto ipam = json::parse(file->content).at("plugins").at(0).at("ipam");
  CHECK(ipam.at("ranges") == json::parse(R"([[{"subnet": "fd00:10:244::/64"}]])"));
  CHECK(ipam.at("routes") == json::parse(R"([{"dst": "::/0"}])"));
}

TEST_CASE("a daemon is found among the other objects of its manifest", "[boot]") {
  const std::string account =
      R"({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "kindnet"}})";
  CHECK(cni_config(with_cni({account, daemon_set("kindnet")}), {"10.244.0.0/24"}, 1500));
  CHECK_FALSE(cni_config(with_cni({account}), {"10.244.0.0/24"}, 1500));
}

TEST_CASE("what an unknown daemon wants is not guessed", "[boot]") {
  CHECK_FALSE(cni_config(with_cni({daemon_set("cilium")}), {"10.244.0.0/24"}, 1500));
  CHECK_FALSE(cni_config(with_cni({}), {"10.244.0.0/24"}, 1500));
  CHECK_FALSE(cni_config(with_cni({daemon_set("kindnet")}), {}, 1500));
}

TEST_CASE("a manifest of nonsense gives an error, not a crash", "[boot]") {
  const auto* object = GENERATE("", "not JSON", "[]", "5", R"({"kind": 5})", R"({"kind": "DaemonSet"})",
                                R"({"kind": "DaemonSet", "metadata": []})",
                                R"({"kind": "DaemonSet", "metadata": {"name": {}}})");
  INFO(object);
  CHECK(ending_of([&] { std::ignore = cni_config(with_cni({object}), {"10.244.0.0/24"}, 1500); }) ==
        "untrusted-answer");
}

}  // namespace ingot::boot::test
