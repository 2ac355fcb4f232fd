// SPDX-License-Identifier: Apache-2.0
#include "scale/leading.hpp"

#include <catch2/catch.hpp>

using ingot::scale::led_to;

TEST_CASE("whatever reaches the API at a control plane's name is led to the load balancer", "[scale]") {
  const auto led = [](std::string_view text) {
    return led_to("a-external-load-balancer", {"a-control-plane", "a-control-plane2"}, text);
  };
  CHECK(led("    server: https://a-control-plane:6443\n") ==
        "    server: https://a-external-load-balancer:6443\n");
  CHECK(led("controlPlaneEndpoint: \"a-control-plane2:6443\"") ==
        "controlPlaneEndpoint: \"a-external-load-balancer:6443\"");
  CHECK(led("a-control-plane:6443") == "a-external-load-balancer:6443");
}

TEST_CASE("names of nodes, other ports, addresses and other clusters are left alone", "[scale]") {
  const std::string text =
      GENERATE("system:node:a-control-plane", "https://172.18.0.2:6443", "https://b-a-control-plane:6443",
               "https://a-control-plane3:6443", "https://a-control-plane:64430", "https://127.0.0.1:6443");
  CHECK(led_to("a-external-load-balancer", {"a-control-plane", "a-control-plane2"}, text) == text);
}
