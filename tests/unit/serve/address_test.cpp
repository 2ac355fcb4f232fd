// SPDX-License-Identifier: Apache-2.0
#include "serve/address.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::serve {

TEST_CASE("Address: host and port are taken apart", "[serve]") {
  CHECK(split_address("127.0.0.1:7700").host == "127.0.0.1");
  CHECK(split_address("127.0.0.1:7700").port == 7700);
  CHECK(split_address("[::1]:0").host == "::1");
  CHECK(split_address("example.org:443").host == "example.org");
  for (const char* none : {"127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ":80", "", "a:1x"}) {
    CHECK_THROWS_AS(split_address(none), base::Error);
  }
}

TEST_CASE("Address: what is of this machine alone, and what is all of it", "[serve]") {
  for (const char* own : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
    CHECK(is_loopback(own));
    CHECK_FALSE(is_any_address(own));
  }
  for (const char* other : {"0.0.0.0", "::", "192.0.2.1", "fd00::1", "::ffff:127.0.0.1", "example.org", ""}) {
    CHECK_FALSE(is_loopback(other));
  }
  CHECK(is_any_address("0.0.0.0"));
  CHECK(is_any_address("::"));
  CHECK_FALSE(is_any_address("192.0.2.1"));
}

TEST_CASE("Address: it is listened at, and told with the port that was free", "[serve]") {
  std::string address = GENERATE("127.0.0.1:0", "[::1]:0", "localhost:0", "0.0.0.0:0", "[0:0::0]:0");
  CHECK(listen_at(address));
  CHECK_FALSE(address.ends_with(":0"));
  CHECK(address.find("localhost") == std::string::npos);
  CHECK(address.find("0:0") == std::string::npos);
}

TEST_CASE("Address: what is no address of this machine is not listened at", "[serve]") {
  for (std::string other : {"192.0.2.1:0", "example.org:80", "127.0.0.1", "127.0.0.1:x", ""}) {
    CHECK_THROWS_AS(listen_at(other), base::Error);
  }
}

}  // namespace ingot::serve
