// SPDX-License-Identifier: Apache-2.0
// Changes of a cluster's workers in which one of the engine's answers is a refusal, for each answer in turn:
// it is told, the cluster has its nodes or those that were wanted, and the same command mends the rest.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot;
using testing::ClusterFixture;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kCause = "no space left on device";

scale::Request to(int workers) {
  return {.verb = scale::Verb::scale, .cluster = "one", .workers = workers};
}

Names known_nodes(const ClusterFixture& fixture) {
  Names names;
  for (const auto& node : fixture.nodes.api("one-control-plane")->list("/api/v1/nodes")) {
    names.push_back(node.at("metadata").at("name").get<std::string>());
  }
  std::ranges::sort(names);
  return names;
}

std::size_t requests_of(int from, int workers) {
  ClusterFixture whole;
  whole.create(ClusterFixture::spec("one", from), whole.options());
  const auto before = whole.fake.requests().size();
  whole.session.change_workers(to(workers), {}, {}, whole.events);
  return whole.fake.requests().size() - before;
}

}  // namespace

TEST_CASE("whichever request of a scale up the engine refuses, no new node is left", "[engine]") {
  const auto count = requests_of(1, 3);
  REQUIRE(count > 10);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    ClusterFixture fixture;
    fixture.create(ClusterFixture::spec("one", 1), fixture.options());
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    bool failed = false;
    try {
      fixture.session.change_workers(to(3), {}, {}, fixture.events);
    } catch (const base::Error& error) {
      failed = true;
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
    }
    INFO("request " << nth << (failed ? " failed" : " was not needed"));
    CHECK(fixture.node_names().size() == (failed ? 2U : 4U));
    CHECK(known_nodes(fixture) == fixture.node_names());
    fixture.session.change_workers(to(3), {}, {}, fixture.events);
    CHECK(fixture.node_names().size() == 4);
    CHECK(known_nodes(fixture) == fixture.node_names());
  }
}

TEST_CASE("whichever request of a scale down the engine refuses, the same command ends it", "[engine]") {
  const auto count = requests_of(3, 1);
  REQUIRE(count > 5);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    ClusterFixture fixture;
    fixture.create(ClusterFixture::spec("one", 3), fixture.options());
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    try {
      fixture.session.change_workers(to(1), {}, {}, fixture.events);
    } catch (const base::Error& error) {
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
    }
    INFO("request " << nth);
    fixture.session.change_workers(to(1), {}, {}, fixture.events);
    CHECK(fixture.node_names() == Names{"one-control-plane", "one-worker"});
    CHECK(known_nodes(fixture) == fixture.node_names());
  }
}
