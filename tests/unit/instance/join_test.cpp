// SPDX-License-Identifier: Apache-2.0
#include "instance/join.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::instance;

TEST_CASE("an instance joins a cluster by routes and its name server", "[unit][instance]") {
  const auto script =
      join_script({.network = "kind",
                   .kubeconfig = "",
                   .routes = {{"10.96.0.0/16", "172.18.0.2"}, {"10.244.0.0/24", "172.18.0.2"}},
                   .dns_address = "10.96.0.10"});
  CHECK(script.find("ip route replace 10.96.0.0/16 via 172.18.0.2\n") != std::string::npos);
  CHECK(script.find("ip route replace 10.244.0.0/24 via 172.18.0.2\n") != std::string::npos);
  CHECK(script.find("nameserver 10.96.0.10") != std::string::npos);
  CHECK(join_script({}).find("resolv.conf") == std::string::npos);
}

TEST_CASE("the kubeconfig in an instance is root's alone", "[unit][instance]") {
  for (const auto& file : join_files({.network = "kind", .kubeconfig = "secret"})) {
    if (file.content == "secret") {
      CHECK(file.path == "/root/.kube/config");
      CHECK(file.mode == 0600);
    }
  }
}
