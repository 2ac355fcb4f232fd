// SPDX-License-Identifier: Apache-2.0
// Where this machine tells of its GPUs. Tests, and people without any, point elsewhere.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ingot::gpu {

struct Roots {
  std::string base;  // before /proc, /sys, /dev and the folders of libraries; empty: the machine's own
  std::vector<std::string> cdi = {"/etc/cdi", "/var/run/cdi"};  // the most important one last
  // Prints what NVIDIA's library says, as nvml_report() has it: a process of its own, for the library makes
  // device nodes, wakes devices and may hang. Empty: it is not asked.
  std::vector<std::string> nvml_command = {};
  std::chrono::milliseconds nvml_limit{3'000};
};

}  // namespace ingot::gpu
