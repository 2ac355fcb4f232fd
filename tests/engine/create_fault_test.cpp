// SPDX-License-Identifier: Apache-2.0
// A create in which one of the engine's answers is a refusal, for each answer in turn: it says so, and leaves
// nothing.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;
using cluster::Bootstrap;
using testing::ClusterFixture;

namespace {

constexpr const char* kCause = "no space left on device";

std::size_t requests_of_a_create(const config::ClusterSpec& spec, Bootstrap bootstrap) {
  ClusterFixture whole;
  whole.create(spec, whole.options(bootstrap));
  return whole.fake.requests().size();
}

std::string kubeconfig_of(const ClusterFixture& fixture) {
  std::ifstream file(fixture.kubeconfig_path());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string line_of(const testing::RecordedRequest& request) {
  return request.method + " " + request.path;
}

// Tidying up after an errand is no part of the cluster: whoever fails at that goes on.
bool may_fail(const testing::RecordedRequest& request) {
  return request.method == "DELETE";
}

}  // namespace

TEST_CASE("whichever request of a create the engine refuses, it is told and nothing is left", "[engine]") {
  const auto bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  const auto spec = GENERATE(ClusterFixture::spec("one", 1), ClusterFixture::spec("one", 0, 2));
  const auto count = requests_of_a_create(spec, bootstrap);
  REQUIRE(count > 10);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    ClusterFixture fixture;
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    std::string told = "nothing";
    try {
      fixture.create(spec, fixture.options(bootstrap));
    } catch (const base::Error& error) {
      told = error.failure().message;
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
      CHECK(fixture.node_names().empty());
      CHECK(kubeconfig_of(fixture).find("kind-one") == std::string::npos);
    }
    const auto requests = fixture.fake.requests();
    if (requests.size() < nth) {  // this time it took fewer looks until something was there
      continue;
    }
    const auto& refused = requests[nth - 1];
    INFO("request " << nth << ": " << line_of(refused) << ", told: " << told);
    CHECK((told != "nothing" || may_fail(refused)));
    const bool before_the_plan = refused.method == "GET" || refused.method == "HEAD";
    CHECK((told == "nothing" || before_the_plan || told.find("'one'") != std::string::npos));
  }
}

namespace {

bool is_created(ClusterFixture& fixture, session::Session& session, const config::ClusterSpec& spec) {
  testing::KeptEvents sink;
  try {
    session.create_cluster(spec, fixture.options(), {}, sink);
    return true;
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::already_exists);
    return false;
  }
}

}  // namespace

TEST_CASE("of two creates of one name one makes the cluster, and the other takes none of it back",
          "[engine]") {
  const auto spec = GENERATE(ClusterFixture::spec("one", 2), ClusterFixture::spec("one", 0, 3));
  const int containers = static_cast<int>(spec.nodes.size()) + 1;  // and the load balancer, or the errand
  for (int nth = 1; nth <= containers; ++nth) {
    INFO("the other comes in before container " << nth);
    ClusterFixture fixture;
    session::Session others(fixture.fake.address());
    bool other_is_created = false;
    fixture.fake.faults().before({.method = "POST", .path = "/containers/create", .nth = nth},
                                 [&] { other_is_created = is_created(fixture, others, spec); });
    const bool is_first_created = is_created(fixture, fixture.session, spec);
    CHECK(is_first_created != other_is_created);
    CHECK(fixture.node_names().size() ==
          spec.nodes.size() + (spec.nodes[1].role == config::Role::worker ? 0 : 1));
  }
}

namespace {

base::Failure failure_of_a_kept_create(ClusterFixture& fixture) {
  auto options = fixture.options();
  options.keep_on_failure = true;
  try {
    fixture.create(ClusterFixture::spec("one", 1), options);
  } catch (const base::Error& error) {
    return error.failure();
  }
  FAIL("created");
  return {};
}

}  // namespace

TEST_CASE_METHOD(ClusterFixture,
                 "what a failed create was told to keep is named, with the command that removes it",
                 "[engine]") {
  // The first container that starts is the errand that asks the image; no node can start before it has ended.
  fake.faults().fail({.method = "POST", .path = "/containers/[^/]+/start", .nth = 2}, 500, kCause);
  const auto failure = failure_of_a_kept_create(*this);
  CHECK(failure.detail.find("container one-control-plane\n") != std::string::npos);
  CHECK(failure.remedy == "ingot cluster delete one");
  CHECK_FALSE(node_names().empty());
}

TEST_CASE_METHOD(ClusterFixture, "a create that made nothing names nothing to delete", "[engine]") {
  fake.faults().fail({.method = "POST", .path = "/networks/create"}, 500, kCause);
  const auto failure = failure_of_a_kept_create(*this);
  CHECK(failure.detail.find("left behind") == std::string::npos);
  CHECK(failure.remedy != "ingot cluster delete one");
  CHECK(node_names().empty());
}
