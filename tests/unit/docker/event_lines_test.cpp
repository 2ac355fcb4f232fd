// SPDX-License-Identifier: Apache-2.0
#include "docker/event_lines.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

namespace {

// As Docker 26.1 sends them, but for what we do not read.
constexpr std::string_view kEvents =
    R"({"status":"start","id":"c0ffee","from":"kindest/node:v1","Type":"container","Action":"start","Actor":)"
    R"({"ID":"c0ffee","Attributes":{"image":"kindest/node:v1","io.x-k8s.kind.cluster":"demo","name":"demo-worker"}},)"
    R"("scope":"local","time":1764450000,"timeNano":1764450000123456789})"
    "\n"
    R"({"Type":"network","Action":"create","Actor":{"ID":"beef","Attributes":{"name":"kind","type":"bridge"}},)"
    R"("scope":"local","time":1764450001,"timeNano":1764450001000000000})"
    "\r\n";

}  // namespace

TEST_CASE("events are read in pieces of any size", "[docker]") {
  const auto step = GENERATE(1U, 7U, 1000U);
  EventLines lines;
  std::vector<Event> events;
  for (std::size_t at = 0; at < kEvents.size(); at += step) {
    for (auto& event : lines.feed(kEvents.substr(at, step))) {
      events.push_back(std::move(event));
    }
  }
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == "container");
  CHECK(events[0].action == "start");
  CHECK(events[0].id == "c0ffee");
  CHECK(label_of(events[0].attributes, "io.x-k8s.kind.cluster") == "demo");
  CHECK(events[0].at.time_since_epoch() == std::chrono::nanoseconds(1764450000123456789));
  CHECK(events[1].type == "network");
}

TEST_CASE("events that come together are given together", "[docker]") {
  EventLines lines;
  CHECK(lines.feed(kEvents).size() == 2);
}

TEST_CASE("what is no event is not trusted", "[docker]") {
  const std::string line =
      GENERATE("[]", "x", "{}", R"({"Type":"a","Action":"b"})", R"({"Type":1,"Action":"b","Actor":{}})",
               R"({"Type":"a","Action":"b","Actor":{"ID":[]}})");
  EventLines lines;
  CHECK_THROWS_AS(lines.feed(line + "\n"), base::Error);
}

TEST_CASE("an event without an end is given up", "[docker]") {
  EventLines lines;
  CHECK_THROWS_AS(lines.feed(std::string(std::size_t{5} << 20U, 'x')), base::Error);
}

}  // namespace ingot::docker
