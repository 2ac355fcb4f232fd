// SPDX-License-Identifier: Apache-2.0
#include "snapshot/etcd_identity.hpp"

#include <catch2/catch.hpp>

#include <cstdio>

namespace ingot::snapshot {

namespace {

const std::string kScript =
    etcd_script({{.root = "/ingot/nodes/0/upper", .data = "/ingot/nodes/0/var/lib/etcd"},
                 {.root = "/ingot/nodes/1/upper", .data = "/ingot/nodes/1/var/lib/etcd"}});

// Where in the script, after its functions; npos: nowhere.
std::size_t at(std::string_view line) {
  return kScript.find(line, kScript.find("own_address /"));
}

}  // namespace

TEST_CASE(
    "members of a copied etcd have their addresses before one starts, and only the first keeps its data",
    "[snapshot]") {
  const auto addresses = at("own_address /ingot/nodes/1/upper\n");
  const auto begin = at("first=/ingot/nodes/0/upper data=/ingot/nodes/0/var/lib/etcd\n");
  const auto alone = at("start \"$first\" \"$data\" --force-new-cluster\n");
  const auto notes = at("/registry/masterleases/");
  const auto join = at("join \"$first\" /ingot/nodes/1/upper /ingot/nodes/1/var/lib/etcd\n");
  const auto end = at("kill -TERM");
  REQUIRE(end != std::string::npos);
  CHECK(addresses < begin);
  CHECK(begin < alone);
  CHECK(alone < notes);
  CHECK(notes < join);
  CHECK(join < end);
  CHECK(at("join \"$first\" /ingot/nodes/0") == std::string::npos);
}

TEST_CASE("a shell understands what moves etcd", "[snapshot]") {
  FILE* shell = ::popen("/bin/sh -n", "w");
  REQUIRE(shell != nullptr);
  CHECK(std::fwrite(kScript.data(), 1, kScript.size(), shell) == kScript.size());
  CHECK(::pclose(shell) == 0);
}

}  // namespace ingot::snapshot
