// SPDX-License-Identifier: Apache-2.0
#include "scale/etcd.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace ingot::scale;

TEST_CASE("etcd's members are read from its answer, one that never started included", "[unit]") {
  const auto members = parse_members(
      R"({"header":{"raft_term":"2"},"members":[{"ID":"1118141239801318848","name":"a","peerURLs":["https://10.0.0.2:2380"],)"
      R"("clientURLs":["https://10.0.0.2:2379"]},{"ID":"7","peerURLs":["https://10.0.0.3:2380"],"isLearner":true}]})");
  REQUIRE(members.size() == 2);
  CHECK(members[0].id == "1118141239801318848");
  CHECK(members[0].name == "a");
  CHECK(members[0].client_url == "https://10.0.0.2:2379");
  CHECK_FALSE(members[0].is_learner);
  CHECK(members[1].name.empty());
  CHECK(members[1].peer_url == "https://10.0.0.3:2380");
  CHECK(members[1].is_learner);
  CHECK(initial_cluster(members, "b") == "a=https://10.0.0.2:2380,b=https://10.0.0.3:2380");
}

TEST_CASE("what is no list of members is refused", "[unit]") {
  for (const auto* answer :
       {"", "[]", "{}", R"({"members":{}})", R"({"members":[{"ID":"1"}]})", R"({"members":[7]})",
        R"({"members":[{"ID":1,"peerURLs":["x"]}]})", R"({"members":[{"ID":"1","peerURLs":[7]}]})"}) {
    CHECK_THROWS_AS(static_cast<void>(parse_members(answer)), ingot::base::Error);
  }
}
