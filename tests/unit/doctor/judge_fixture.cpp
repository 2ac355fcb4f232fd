// SPDX-License-Identifier: Apache-2.0
#include "unit/doctor/judge_fixture.hpp"

#include <catch2/catch.hpp>

namespace ingot::doctor::test {

namespace {

constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

MachineFacts good_machine() {
  return {.host_name = "box",
          .kernel_release = "6.1.0",
          .capability_bounds = 0x1ffffffffffU,
          .inotify_instances = 1024,
          .inotify_watches = 524'288,
          .pid_max = 4'194'304,
          .pids_limit = std::nullopt,
          .open_files = 1'048'576,
          .memory_available = 8 * kGibibyte,
          .swap_total = 0,
          .ip_forward = true,
          .overlay_known = true,
          .bridge_filter = true,
          .systemd = true,
          .engine_disk =
              FreeSpace{.folder = "/var/lib/docker", .bytes = std::uint64_t{50} << 30U, .files = 1'000'000}};
}

EngineAnswers good_engine() {
  EngineAnswers engine;
  engine.info.answer = docker::EngineInfo{.server_version = "26.1.5",
                                          .api_version = "1.45",
                                          .name = "box",
                                          .operating_system = "Debian GNU/Linux 12 (bookworm)",
                                          .kernel_version = "6.1.0",
                                          .architecture = "x86_64",
                                          .cgroup_version = "2",
                                          .cgroup_driver = "systemd",
                                          .storage_driver = "overlay2",
                                          .backing_filesystem = "extfs",
                                          .root_dir = "/var/lib/docker",
                                          .cpus = 8};
  engine.networks.answer.emplace();
  engine.node_images.answer = {"ingot/node:v1.36.3"};
  engine.trial =
      Asked<Trial>{.answer = Trial{.image = "ingot/node:v1.36.3", .output = "1048576\r\n"}, .failure = {}};
  return engine;
}

}  // namespace

Facts good_facts() {
  return {.question = {},
          .engine = good_engine(),
          .machine = good_machine(),
          .distance = Distance::here,
          .port_failure = {},
          .kubectl_path = "/usr/bin/kubectl"};
}

Finding finding(const Report& report, const std::string& check) {
  std::vector<Finding> found;
  for (const auto& each : report.findings) {
    if (each.check == check) {
      found.push_back(each);
    }
  }
  INFO("check " << check);
  REQUIRE(found.size() == 1);
  return found.front();
}

bool has_finding(const Report& report, const std::string& check) {
  for (const auto& each : report.findings) {
    if (each.check == check) {
      return true;
    }
  }
  return false;
}

}  // namespace ingot::doctor::test
