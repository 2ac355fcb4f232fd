// SPDX-License-Identifier: Apache-2.0
#include "scale/addresses.hpp"

#include <catch2/catch.hpp>

using namespace ingot::scale;

TEST_CASE("an address is exchanged where it stands alone", "[unit]") {
  CHECK(with_addresses("https://10.0.0.2:2379,10.0.0.22,110.0.0.2 host: 10.0.0.2", {"10.0.0.2"},
                       {"10.0.0.9"}) == "https://10.0.0.9:2379,10.0.0.22,110.0.0.2 host: 10.0.0.9");
  CHECK(with_addresses("[fd00::2]:2380 fd00::22 1fd00::2", {"10.0.0.2", "fd00::2"},
                       {"10.0.0.9", "fd00::9"}) == "[fd00::9]:2380 fd00::22 1fd00::2");
}

TEST_CASE("addresses are exchanged at once: none twice", "[unit]") {
  CHECK(with_addresses("10.0.0.1 10.0.0.2", {"10.0.0.1", "10.0.0.2"}, {"10.0.0.2", "10.0.0.3"}) ==
        "10.0.0.2 10.0.0.3");
  CHECK(with_addresses("10.0.0.1", {"10.0.0.1"}, {}) == "10.0.0.1");
  CHECK(with_addresses("", {""}, {"x"}).empty());
}

TEST_CASE("a node's name is exchanged, and no longer one that begins so", "[unit]") {
  CHECK(with_name("kind://docker/a/a-control-plane a-control-plane2 xa-control-plane", "a-control-plane",
                  "a-control-plane3") ==
        "kind://docker/a/a-control-plane3 a-control-plane2 xa-control-plane");
}
