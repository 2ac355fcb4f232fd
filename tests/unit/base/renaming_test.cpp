// SPDX-License-Identifier: Apache-2.0
#include "base/renaming.hpp"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

std::string renamed(const std::string& text, const Words& words) {
  ingot::base::Renaming renaming;
  for (const auto& [old, now] : words) {
    renaming.add(old, now);
  }
  return renaming.in(text);
}

}  // namespace

TEST_CASE("an address is exchanged where it stands alone", "[unit]") {
  CHECK(renamed("https://10.0.0.2:2379,10.0.0.22,110.0.0.2 host: 10.0.0.2", {{"10.0.0.2", "10.0.0.9"}}) ==
        "https://10.0.0.9:2379,10.0.0.22,110.0.0.2 host: 10.0.0.9");
  CHECK(renamed("[fd00::2]:2380 fd00::22 1fd00::2", {{"10.0.0.2", "10.0.0.9"}, {"fd00::2", "fd00::9"}}) ==
        "[fd00::9]:2380 fd00::22 1fd00::2");
  CHECK(renamed("fd00::2:1 1:fd00::2 fd00::2", {{"fd00::2", "fd00::9"}}) == "fd00::2:1 1:fd00::2 fd00::9");
  CHECK(renamed("10.0.0.2.5 5.10.0.0.2 10.0.0.2.", {{"10.0.0.2", "10.0.0.9"}}) ==
        "10.0.0.2.5 5.10.0.0.2 10.0.0.9.");
}

TEST_CASE("addresses are exchanged at once: none twice", "[unit]") {
  CHECK(renamed("10.0.0.1 10.0.0.2", {{"10.0.0.1", "10.0.0.2"}, {"10.0.0.2", "10.0.0.3"}}) ==
        "10.0.0.2 10.0.0.3");
  CHECK(renamed("10.0.0.1", {}) == "10.0.0.1");
  CHECK(renamed("", {{"", "x"}}).empty());
}

TEST_CASE("a node's name is exchanged, and no longer one that begins so", "[unit]") {
  CHECK(renamed("kind://docker/a/a-control-plane a-control-plane2 xa-control-plane",
                {{"a-control-plane", "a-control-plane3"}}) ==
        "kind://docker/a/a-control-plane3 a-control-plane2 xa-control-plane");
}

TEST_CASE("of two words that begin alike, the longer one is meant", "[unit]") {
  const Words words = {{"kind://docker/a", "kind://docker/b"}, {"a", "c"}, {"a-worker", "b-worker"}};
  CHECK(renamed("kind://docker/a/a-worker a", words) == "kind://docker/b/b-worker c");
}
