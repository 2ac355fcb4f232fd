// SPDX-License-Identifier: Apache-2.0
// What NVIDIA's kernel driver tells in /proc/driver/nvidia (open-gpu-kernel-modules, nv-procfs.c), and what
// its library adds. Internal to lib/gpu.
#pragma once

#include "gpu/gpu.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::gpu {

// "550.54.15"; empty when the driver is not loaded.
[[nodiscard]] std::string nvidia_driver_version(const std::string& base);
// Adds UUID, model, minor and MIG devices (without UUIDs) to the GPUs that the driver has.
void read_nvidia_files(const std::string& base, std::vector<Gpu>& gpus);

// What the library says; its own GPUs only.
struct NvmlReport {
  std::string problem;  // why it says nothing, in words that people know; empty: it does
  std::string driver_version;
  std::vector<Gpu> gpus;
};
// Runs roots.nvml_command. Nothing where there is none, or no library.
[[nodiscard]] std::optional<NvmlReport> ask_nvml(const Roots& roots, const std::stop_token& stop);
// Of what nvml_report() printed. Error{untrusted} for anything else.
[[nodiscard]] NvmlReport parse_nvml_report(std::string_view text);

}  // namespace ingot::gpu
