// SPDX-License-Identifier: Apache-2.0
#include "cluster/list.hpp"

#include <catch2/catch.hpp>

namespace ingot::cluster {

TEST_CASE("List: a cluster has the labels that all its nodes have, with one value", "[list]") {
  const auto node = [](const std::string& name, docker::Labels labels) {
    return node::Node{.name = name, .cluster = "demo", .labels = std::move(labels)};
  };
  const auto clusters = summarize({node("a", {{"team", "x"}, {"role", "worker"}, {"alone", "1"}}),
                                   node("b", {{"team", "x"}, {"role", "control-plane"}})});
  REQUIRE(clusters.size() == 1);
  CHECK(clusters[0].labels == docker::Labels{{"team", "x"}});
  CHECK(summarize({node("a", {}), node("b", {{"team", "x"}})})[0].labels.empty());
}

}  // namespace ingot::cluster
