// SPDX-License-Identifier: Apache-2.0
#include "scale/static_pod.hpp"

#include <catch2/catch.hpp>

using namespace ingot::scale;

TEST_CASE("a static pod's manifest says its uid, once, and none of another node", "[scale]") {
  const std::string manifest = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd\nspec:\n  uid: mine\n";
  const auto said = with_uid(manifest, "0123");
  CHECK(said == "apiVersion: v1\nkind: Pod\nmetadata:\n  uid: 0123\n  name: etcd\nspec:\n  uid: mine\n");
  CHECK(with_uid(said, "0123") == said);
  CHECK(without_uid(said) == manifest);
  CHECK(without_uid(manifest) == manifest);
  CHECK(with_uid("no manifest", "0123") == "no manifest");
}
