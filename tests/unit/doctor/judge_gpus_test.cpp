// SPDX-License-Identifier: Apache-2.0
#include "unit/doctor/judge_fixture.hpp"

#include <catch2/catch.hpp>

using namespace ingot::doctor;
using Catch::Matchers::Contains;

TEST_CASE("a machine without GPUs is told nothing of them", "[doctor]") {
  CHECK_FALSE(test::has_finding(judge(test::good_facts()), "gpus"));
}

TEST_CASE("GPUs that can be given are counted, others named with a way out", "[doctor]") {
  auto facts = test::good_facts();
  facts.gpus.offers.push_back({.name = "nvidia.com/gpu=0"});
  facts.gpus.others.push_back(
      {.vendor = "nvidia", .pci = "0000:02:00.0", .driver = "vfio-pci", .problem = "set aside"});
  facts.gpus.faults.push_back({"/etc/cdi/x.yaml", "kind: it is missing"});
  const auto report = judge(facts);
  CHECK(test::finding(report, "gpus").severity == Severity::ok);
  const auto gpu = test::finding(report, "gpu");
  CHECK(gpu.severity == Severity::warning);
  CHECK_THAT(gpu.detail, Contains("0000:02:00.0") && Contains("set aside"));
  CHECK_THAT(gpu.remedy, Contains("unbind"));
  CHECK_THAT(test::finding(report, "cdi-file").detail, Contains("/etc/cdi/x.yaml: kind: it is missing"));
  CHECK(report.healthy());
}

TEST_CASE("a library that does not fit its driver is a finding", "[doctor]") {
  const auto found = test::judged("gpus", [](Facts& facts) {
    facts.gpus.problems.emplace_back("NVIDIA's library and driver are of different versions");
  });
  CHECK(found.severity == Severity::warning);
  CHECK_THAT(found.detail, Contains("different versions"));
}
