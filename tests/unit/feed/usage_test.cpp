// SPDX-License-Identifier: Apache-2.0
#include "docker/usage_stream.hpp"
#include "feed/usage_feed.hpp"
#include "live/messages.hpp"
#include "live/protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using nlohmann::json;

docker::UsageReading reading(std::uint64_t cpu_ns, int seconds) {
  docker::UsageReading made{.usage = {.cpu_ns = cpu_ns, .memory_bytes = 5}, .pids = 3};
  made.usage.at = std::chrono::steady_clock::time_point(std::chrono::seconds(seconds));
  return made;
}

}  // namespace

TEST_CASE("Usage: processors are counted between two readings", "[feed]") {
  const live::Subject node{
      .kind = live::Kind::node, .id = "demo-worker", .cluster = "demo", .labels = {{"a", "b"}}};
  const auto made = to_usage(node, reading(1'000'000'000, 1), reading(4'000'000'000, 3));
  CHECK(json::parse(made.data) ==
        json{{"of", "node"}, {"cpuMillicores", 1500}, {"memoryBytes", 5}, {"pids", 3}});
  CHECK(made.subject ==
        live::Subject{.kind = live::Kind::usage, .id = "demo-worker", .cluster = "demo", .labels = {}});
  const auto message = json::parse(live::set_change(1, made.subject, live::object_text(made), {}).message);
  CHECK(live::problems_of(message, live::Sender::server).empty());
  // A container that was started anew begins at nothing.
  CHECK(json::parse(to_usage(node, reading(9, 1), reading(1, 2)).data).at("cpuMillicores") == 0);
  CHECK(json::parse(to_usage(node, reading(1, 1), reading(9, 1)).data).at("cpuMillicores") == 0);
}

TEST_CASE("Usage: a reading has processes as well", "[feed]") {
  const auto made = docker::parse_usage_reading(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":7}},"memory_stats":{"usage":9,"limit":10},"pids_stats":{"current":4}})");
  CHECK(made.pids == 4);
  CHECK(made.usage.cpu_ns == 7);
  CHECK(docker::parse_usage_reading("{}").pids == 0);
}

}  // namespace ingot::feed
