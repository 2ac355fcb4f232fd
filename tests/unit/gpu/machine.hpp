// SPDX-License-Identifier: Apache-2.0
// A machine with GPUs, as its kernel's files tell of it, in a folder.
#pragma once

#include "gpu/roots.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ingot::testing {

class Machine {
 public:
  void write(const std::string& path, const std::string& text) const {
    const auto whole = std::filesystem::path(home.path().string() + path);
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  void link(const std::string& path, const std::string& target) const {
    const auto whole = std::filesystem::path(home.path().string() + path);
    std::filesystem::create_directories(whole.parent_path());
    std::filesystem::create_symlink(target, whole);
  }

  void add_pci(const std::string& address, const std::string& vendor, const std::string& device_class,
               const std::string& driver, const std::vector<std::string>& drm = {}) const {
    const auto folder = "/sys/bus/pci/devices/" + address;
    write(folder + "/vendor", vendor + "\n");
    write(folder + "/class", device_class + "\n");
    write(folder + "/numa_node", "1\n");
    if (!driver.empty()) {
      link(folder + "/driver", "../../../bus/pci/drivers/" + driver);
    }
    for (const auto& name : drm) {
      write(folder + "/drm/" + name + "/dev", "226:0\n");
    }
  }

  // As the driver's own files have it; `minor` is not the place among PCI devices.
  void add_nvidia(const std::string& address, int minor, const std::string& uuid) const {
    add_pci(address, "0x10de", "0x030200", "nvidia");
    write("/proc/driver/nvidia/gpus/" + address + "/information",
          "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 10\nGPU UUID: \t " + uuid + "\nBus Location: \t " +
              address + "\nDevice Minor: \t " + std::to_string(minor) + "\nGPU Excluded:\t No\n");
    write("/proc/driver/nvidia/version",
          "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\nGCC\n");
  }

  [[nodiscard]] gpu::Roots roots() const {
    return {.base = home.path().string(), .cdi = {home / "etc/cdi", home / "var/run/cdi"}};
  }

  TempDir home;
};

}  // namespace ingot::testing
