// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/kubelet_limits.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::lifecycle {
namespace {

using nlohmann::json;

constexpr std::int64_t kGi = std::int64_t{1} << 30;
constexpr const char* kBefore = "2026-11-21T09:59:59Z";
constexpr const char* kSameSecond = "2026-11-21T10:00:00Z";
constexpr const char* kLater = "2026-11-21T10:00:01Z";

Expected expected(const config::Limits& limits) {
  return {.node = "a-worker",
          .restarted = *base::parse_rfc3339(kSameSecond),
          .limits = limits,
          .machine = {.cpus = 4, .memory_bytes = 8 * kGi}};
}

json node(const char* reported, const char* cpu, const char* memory) {
  return {{"status",
           {{"conditions", {{{"type", "Ready"}, {"status", "True"}, {"lastHeartbeatTime", reported}}}},
            {"capacity", {{"cpu", cpu}, {"memory", memory}}}}}};
}

}  // namespace

TEST_CASE("a kubelet tells its limits in whole processors and kibibytes, and the machine without",
          "[lifecycle]") {
  std::string seen;
  const auto half = expected({.cpu_millis = 1500, .memory_bytes = kGi + 7});
  CHECK(tells_limits(node(kLater, "2", "1048576Ki"), half, seen));
  CHECK(tells_limits(node(kSameSecond, "2", "1Gi"), half, seen));
  CHECK(tells_limits(node(kLater, "4", "8388608Ki"), expected({.cpu_millis = 0}), seen));
}

TEST_CASE("what the kubelet before may have told is waited out", "[lifecycle]") {
  std::string seen;
  const auto one = expected({.memory_bytes = kGi});
  CHECK_FALSE(tells_limits(node(kBefore, "4", "1Gi"), one, seen));
  CHECK(seen == "its kubelet has not reported since it was started");
  CHECK_FALSE(tells_limits(node(kSameSecond, "4", "2Gi"), one, seen));
  CHECK(seen == "its kubelet tells 4 processors and memory 2Gi");
  CHECK_FALSE(tells_limits(json::object(), one, seen));
}

TEST_CASE("a new kubelet that tells something else will not tell otherwise", "[lifecycle]") {
  std::string seen;
  CHECK_THROWS_AS(tells_limits(node(kLater, "4", "2Gi"), expected({.memory_bytes = kGi}), seen), base::Error);
  CHECK_THROWS_AS(tells_limits(node(kLater, "many", ""), expected({.memory_bytes = kGi}), seen), base::Error);
}

}  // namespace ingot::lifecycle
