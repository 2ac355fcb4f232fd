// SPDX-License-Identifier: Apache-2.0
#include "instance/validate.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::instance;

namespace {

std::vector<std::string> problems(const std::function<void(Spec&)>& change) {
  Spec spec{.name = "dev"};
  change(spec);
  return problems_of(spec);
}

}  // namespace

TEST_CASE("an instance with nothing but a name is fine", "[unit][instance]") {
  CHECK(problems([](Spec&) {}).empty());
}

TEST_CASE("names of instances are host names of one label", "[unit][instance]") {
  for (const char* name :
       {"dev", "ab", "0a", "build-7", "x123456789012345678901234567890123456789012345678901234567890ab"}) {
    CHECK(is_name(name));
  }
  for (const char* name : {"", "a", "-a", "a-", "Dev", "a.b", "a_b", "a b", "a/b",
                           "x123456789012345678901234567890123456789012345678901234567890abcd"}) {
    CHECK_FALSE(is_name(name));
  }
}

TEST_CASE("all that is wrong with an instance is said at once", "[unit][instance]") {
  Spec spec{.name = "No Name"};
  spec.disk = "a/b";
  spec.restart_policy = "always";
  spec.ports = {{.container_port = 80, .host_address = "nowhere", .host_port = 8080},
                {.container_port = 81, .host_address = "127.0.0.1", .host_port = 8081},
                {.container_port = 82, .host_address = "127.0.0.1", .host_port = 8081},
                {.container_port = 22, .host_address = "127.0.0.1"},
                {.container_port = 0, .host_address = "127.0.0.1", .host_port = 70000}};
  spec.mounts = {{.source = "here", .target = "/src"},
                 {.source = "/a", .target = "/src"},
                 {.source = "/b", .target = "/var"}};
  spec.env = {"A=1", "2 B=3", "C", "D=one\ntwo"};
  spec.limits.memory_bytes = 1 << 20;
  spec.limits.pids = 3;
  spec.user_data = "hello";
  const std::vector<std::string> expected{
      "the name 'No Name' is no host name: small letters, digits and '-' inside, 2 to 63",
      "the disk 'a/b' is no volume name: letters, digits, '_', '-' and '.'",
      "the restart policy is 'no' or 'unless-stopped', not 'always'",
      "port 80/tcp: 'nowhere' is no IP address",
      "port 82/tcp: port 8081 of '127.0.0.1' is published twice",
      "port 22/tcp: SSH is published by itself; --ssh says where",
      "port 0/tcp: there is no port 70000",
      "port 0/tcp: there is no such port",
      "mount 'here': the path on this machine is not absolute",
      "mount '/a': something is mounted on '/src' already",
      "mount '/b': '/var' is the instance's own",
      "'2 B=3' is no variable: NAME=VALUE",
      "'C' is no variable: NAME=VALUE",
      "the value of 'D' has several lines",
      "1Mi of memory are too little: an instance needs 128Mi",
      "3 processes are too few: an instance needs 64",
      "user data: its first line is neither '#cloud-config' nor '#!' and a program"};
  CHECK(problems_of(spec) == expected);
  try {
    check(spec);
    FAIL("it was taken");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    CHECK(error.failure().problems == expected);
  }
}
