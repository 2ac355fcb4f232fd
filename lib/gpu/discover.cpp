// SPDX-License-Identifier: Apache-2.0
// PCI devices of the three vendors, in sysfs (Documentation/ABI/testing/sysfs-bus-pci).
#include "gpu/files.hpp"
#include "gpu/gpu.hpp"
#include "gpu/nvidia.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ingot::gpu {

namespace {

constexpr std::int64_t kDisplay = 0x03;
constexpr std::int64_t kAccelerator = 0x12;  // AMD Instinct

std::string vendor_of(const std::string& folder) {
  const auto device_class = to_number(read_line(folder + "/class")).value_or(0) >> 16;
  const auto vendor = read_line(folder + "/vendor");
  if (vendor == "0x10de" && device_class == kDisplay) {
    return "nvidia";
  }
  if (vendor == "0x1002" && (device_class == kDisplay || device_class == kAccelerator)) {
    return "amd";
  }
  return vendor == "0x8086" && device_class == kDisplay ? "intel" : "";
}

std::string usual_problem(const Gpu& gpu) {
  if (gpu.driver.empty()) {
    return "no driver has it";
  }
  if (gpu.driver == "vfio-pci") {
    return "it is set aside for virtual machines (driver vfio-pci)";
  }
  return gpu.driver == "nouveau" ? "it has the driver nouveau, which cannot compute" : "";
}

std::optional<Gpu> gpu_at(const std::string& folder, const std::string& pci) {
  Gpu gpu{.vendor = vendor_of(folder), .pci = pci};
  if (gpu.vendor.empty()) {
    return std::nullopt;
  }
  gpu.driver = link_name(folder + "/driver");
  gpu.numa = to_number(read_line(folder + "/numa_node")).value_or(-1);
  for (const auto& name : names_in(folder + "/drm")) {
    if (name.starts_with("card") || name.starts_with("renderD")) {
      gpu.nodes.push_back("/dev/dri/" + name);
    }
  }
  if (gpu.vendor == "amd") {
    gpu.model = read_line(folder + "/product_name");
    gpu.uuid = read_line(folder + "/unique_id");
    gpu.memory_bytes =
        static_cast<std::uint64_t>(to_number(read_line(folder + "/mem_info_vram_total")).value_or(0));
  }
  gpu.problem = usual_problem(gpu);
  return gpu;
}

// The library's word counts for all that it knows.
void take_over(Gpu& gpu, const Gpu& told, const std::string& driver_version) {
  gpu.index = told.index;
  gpu.driver_version = driver_version;
  if (!told.model.empty()) {
    gpu.model = told.model;
  }
  if (!told.uuid.empty()) {
    gpu.uuid = told.uuid;
  }
  if (told.minor >= 0 && gpu.minor < 0) {
    gpu.minor = told.minor;
    gpu.nodes.insert(gpu.nodes.begin(), fmt::format("/dev/nvidia{}", told.minor));
  }
  gpu.memory_bytes = told.memory_bytes;
  if (told.mig_enabled) {
    gpu.mig_enabled = true;
    gpu.mig = told.mig;
  }
  if (!told.problem.empty()) {
    gpu.problem = told.problem;
  }
}

void add_nvml(Discovery& discovery, const NvmlReport& report) {
  if (!report.problem.empty()) {
    discovery.problems.push_back(report.problem);
  }
  for (const auto& told : report.gpus) {
    const auto found = std::ranges::find(discovery.gpus, told.pci, &Gpu::pci);
    if (found != discovery.gpus.end()) {
      take_over(*found, told, report.driver_version);
    } else if (!told.pci.empty()) {  // a machine whose sysfs has no PCI, as in WSL
      discovery.gpus.push_back(told);
      discovery.gpus.back().driver = "nvidia";
      take_over(discovery.gpus.back(), told, report.driver_version);
    } else {
      discovery.problems.push_back(fmt::format("NVIDIA GPU {}: {}", told.index, told.problem));
    }
  }
}

}  // namespace

Discovery discover(const Roots& roots, const std::stop_token& stop) {
  Discovery discovery;
  const auto devices = roots.base + "/sys/bus/pci/devices";
  for (const auto& pci : names_in(devices)) {
    if (auto gpu = gpu_at(devices + "/" + pci, pci)) {
      discovery.gpus.push_back(std::move(*gpu));
    }
  }
  read_nvidia_files(roots.base, discovery.gpus);
  if (const auto report = ask_nvml(roots, stop)) {
    add_nvml(discovery, *report);
  }
  for (auto& gpu : discovery.gpus) {
    if (gpu.vendor == "nvidia" && gpu.driver == "nvidia" && gpu.minor < 0 && gpu.problem.empty()) {
      gpu.problem = "the driver does not know it: it may have fallen off the bus";
    }
  }
  std::ranges::sort(discovery.gpus, {}, &Gpu::pci);
  return discovery;
}

}  // namespace ingot::gpu
