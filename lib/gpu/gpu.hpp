// SPDX-License-Identifier: Apache-2.0
// The GPUs of this machine, found without any vendor's files at build time: PCI devices in sysfs always, more
// of NVIDIA's from the driver's files in /proc, the rest from its library, where it answers in time.
#pragma once

#include "gpu/roots.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::gpu {

// A part of a GPU in MIG mode.
struct MigDevice {
  std::int64_t index = 0;  // as the library counts
  std::string uuid;
  std::string name;  // "NVIDIA H100 80GB HBM3 MIG 1g.10gb"; empty: unknown
  std::int64_t gpu_instance = -1;
  std::int64_t compute_instance = -1;
  std::uint64_t memory_bytes = 0;
};

struct Gpu {
  std::string vendor;       // "nvidia", "amd", "intel"
  std::string model;        // empty: unknown
  std::string uuid;         // empty: none, or unknown
  std::string pci;          // "0000:07:00.0"
  std::int64_t index = -1;  // NVIDIA's library counts them so; by PCI address where it was not asked
  std::int64_t minor = -1;  // of /dev/nvidia<N>
  std::int64_t numa = -1;   // node; -1: none
  std::string driver;       // "nvidia", "vfio-pci"; empty: none
  std::string driver_version;
  std::uint64_t memory_bytes = 0;  // 0: unknown
  std::vector<std::string> nodes;  // "/dev/dri/renderD128"
  bool mig_enabled = false;
  std::vector<MigDevice> mig;
  std::string problem;  // why it cannot be used; empty: nothing is known
};

struct Discovery {
  std::vector<Gpu> gpus;              // by PCI address
  std::vector<std::string> problems;  // of the machine: a library that does not fit its driver, or hangs
};

[[nodiscard]] Discovery discover(const Roots& roots, const std::stop_token& stop);

}  // namespace ingot::gpu
