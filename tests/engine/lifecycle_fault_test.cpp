// SPDX-License-Identifier: Apache-2.0
// Changes of a cluster in which something goes wrong: it is told, and the cluster is whole, one way or the
// other.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "node/node_spec.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <thread>

using namespace ingot;
using lifecycle::Verb;
using testing::ClusterFixture;

namespace {

constexpr const char* kCause = "no space left on device";

std::set<std::string> states_of(const ClusterFixture& fixture) {
  std::set<std::string> states;
  for (const auto& container : fixture.fake.containers_with_label(std::string(ingot::node::kClusterLabel))) {
    states.insert(container.state);
  }
  return states;
}

std::string line_of(const testing::RecordedRequest& request) {
  return request.method + " " + request.path;
}

// What has to be so before `verb` has something to do.
void prepare(ClusterFixture& fixture, Verb verb, const config::ClusterSpec& spec) {
  fixture.create(spec, fixture.options());
  if (verb == Verb::start) {
    fixture.session.change_cluster(Verb::stop, {"one"}, {}, {}, fixture.events);
  } else if (verb == Verb::resume) {
    fixture.session.change_cluster(Verb::pause, {"one"}, {}, {}, fixture.events);
  }
}

std::size_t requests_of(Verb verb, const config::ClusterSpec& spec) {
  ClusterFixture whole;
  prepare(whole, verb, spec);
  const auto before = whole.fake.requests().size();
  whole.session.change_cluster(verb, {"one"}, {}, {}, whole.events);
  return whole.fake.requests().size() - before;
}

}  // namespace

TEST_CASE("whichever request of a stop or pause the engine refuses, the cluster stops or goes on as a whole",
          "[engine]") {
  const auto [verb, wanted] = GENERATE(std::pair(Verb::stop, "exited"), std::pair(Verb::pause, "paused"));
  const auto spec = GENERATE(ClusterFixture::spec("one", 1), ClusterFixture::spec("one", 0, 2));
  const auto count = requests_of(verb, spec);
  REQUIRE(count > 2);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    ClusterFixture fixture;
    prepare(fixture, verb, spec);
    const auto before = fixture.fake.requests().size();
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    std::string told;
    try {
      fixture.session.change_cluster(verb, {"one"}, {}, {}, fixture.events);
    } catch (const base::Error& error) {
      told = error.failure().message;
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
    }
    const auto requests = fixture.fake.requests();
    INFO("request " << nth << ": "
                    << (before + nth <= requests.size() ? line_of(requests[before + nth - 1]) : "none")
                    << ", told: " << told << ", noticed: " << fixture.events.notices());
    CHECK(states_of(fixture) == std::set<std::string>{told.empty() ? wanted : "running"});
  }
}

TEST_CASE("whichever request of a start or resume the engine refuses, the same command mends it",
          "[engine]") {
  const auto verb = GENERATE(Verb::start, Verb::resume);
  const auto spec = GENERATE(ClusterFixture::spec("one", 1), ClusterFixture::spec("one", 0, 2));
  const auto count = requests_of(verb, spec);
  REQUIRE(count > 2);
  for (std::size_t nth = 1; nth <= count; ++nth) {
    ClusterFixture fixture;
    prepare(fixture, verb, spec);
    fixture.fake.faults().fail({.nth = static_cast<int>(nth)}, 500, kCause);
    try {
      fixture.session.change_cluster(verb, {"one"}, {}, {}, fixture.events);
    } catch (const base::Error& error) {
      INFO("request " << nth);
      CHECK(error.failure().cause.find(kCause) != std::string::npos);
    }
    fixture.session.change_cluster(verb, {"one"}, {}, {}, fixture.events);
    CHECK(states_of(fixture) == std::set<std::string>{"running"});
  }
}

TEST_CASE("a stop that is interrupted leaves the cluster running", "[engine]") {
  const auto* const path = GENERATE("/containers/[^/]+/exec", "/containers/[^/]+/stop");
  ClusterFixture fixture;
  fixture.create(ClusterFixture::spec("one", 1), fixture.options());
  const auto hold = fixture.fake.faults().hold({.method = "POST", .path = path, .nth = 2});
  std::stop_source ctrl_c;
  std::jthread user([&] {
    hold->wait_until_held();
    ctrl_c.request_stop();
    hold->release();  // an engine acts on what it was asked, whoever has gone meanwhile
  });
  CHECK_THROWS_AS(
      fixture.session.change_cluster(Verb::stop, {"one"}, {}, {.stop = ctrl_c.get_token()}, fixture.events),
      base::Cancelled);
  CHECK(states_of(fixture) == std::set<std::string>{"running"});
}

TEST_CASE("a stop that is abandoned says how to make the cluster whole", "[engine]") {
  ClusterFixture fixture;
  fixture.create(ClusterFixture::spec("one", 1), fixture.options());
  const auto hold = fixture.fake.faults().hold({.method = "POST", .path = "/containers/[^/]+/stop"});
  std::stop_source ctrl_c;
  std::stop_source again;
  std::jthread user([&] {
    hold->wait_until_held();
    again.request_stop();
    ctrl_c.request_stop();
  });
  try {
    fixture.session.change_cluster(
        Verb::stop, {"one"}, {}, {.stop = ctrl_c.get_token(), .abandon = again.get_token()}, fixture.events);
    FAIL("stopped");
  } catch (const base::Cancelled& cancelled) {
    CHECK(cancelled.remedy() == "ingot cluster start one");
  }
}

TEST_CASE("a start that waits too long says for what", "[engine]") {
  ClusterFixture fixture;
  fixture.create(ClusterFixture::spec("one"), fixture.options());
  const auto api = fixture.nodes.api("one-control-plane");
  fixture.session.change_cluster(Verb::stop, {"one"}, {}, {}, fixture.events);
  api->set_starting(true);
  try {
    fixture.session.change_cluster(Verb::start, {"one"}, {.timeout = std::chrono::milliseconds(300)}, {},
                                   fixture.events);
    FAIL("started");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::timed_out);
    CHECK(error.failure().message.find("'one'") != std::string::npos);
    CHECK_FALSE(error.failure().remedy.empty());
  }
  CHECK(states_of(fixture) == std::set<std::string>{"running"});
}
