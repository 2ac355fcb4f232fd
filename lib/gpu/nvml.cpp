// SPDX-License-Identifier: Apache-2.0
#include "gpu/nvml.hpp"

#include <dlfcn.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>

namespace ingot::gpu {

namespace {

using nlohmann::json;

// nvml.h's, by the names that it has for them.
using Device = void*;
struct PciInfo {
  char bus_id_legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_sub_system_id;
  char bus_id[32];
};
static_assert(sizeof(PciInfo) == 68);
struct Memory {
  unsigned long long total, free, used;
};
constexpr int kSuccess = 0;
constexpr std::size_t kTextSize = 96;

class Library {
 public:
  explicit Library(void* handle) : handle_(handle) {}

  // kMissing where the library has no such function.
  template <typename... Arguments>
  int call(const char* name, Arguments... arguments) const {
    void* symbol = ::dlsym(handle_, name);
    if (symbol == nullptr) {
      return kMissing;
    }
    return reinterpret_cast<int (*)(Arguments...)>(symbol)(arguments...);
  }

  template <typename... Before>
  [[nodiscard]] std::string text(const char* name, Before... before) const {
    std::array<char, kTextSize> buffer{};
    const int result = call(name, before..., buffer.data(), static_cast<unsigned>(buffer.size() - 1));
    return result == kSuccess ? std::string(buffer.data()) : std::string();
  }

  static constexpr int kMissing = 13;

 private:
  void* handle_;
};

// Those that people meet, in what they can do about it.
std::string explain(int code) {
  switch (code) {
    case 4:
      return "NVIDIA's library may not talk to the driver (no permission)";
    case 9:
      return "NVIDIA's driver is not loaded";
    case 15:
      return "the GPU has fallen off the bus";
    case 18:
      return "NVIDIA's library and driver are of different versions";
    case Library::kMissing:
      return "NVIDIA's library is too old: it lacks a function that every version since 450 has";
    default:
      return fmt::format("NVIDIA's library fails (NVML error {})", code);
  }
}

// "00000000:07:00.0" as sysfs writes it.
std::string to_pci(const PciInfo& info) {
  return fmt::format("{:04x}:{:02x}:{:02x}.0", info.domain, info.bus, info.device);
}

json mig_devices(const Library& library, Device gpu) {
  json devices = json::array();
  unsigned most = 0;
  if (library.call("nvmlDeviceGetMaxMigDeviceCount", gpu, &most) != kSuccess) {
    return devices;
  }
  for (unsigned i = 0; i < most; ++i) {
    Device device = nullptr;
    if (library.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, i, &device) != kSuccess) {
      continue;  // there is none of this number
    }
    unsigned instance = 0;
    unsigned part = 0;
    Memory memory{};
    json one = {{"index", i},
                {"uuid", library.text("nvmlDeviceGetUUID", device)},
                {"name", library.text("nvmlDeviceGetName", device)}};
    if (library.call("nvmlDeviceGetGpuInstanceId", device, &instance) == kSuccess) {
      one["gpuInstance"] = instance;
    }
    if (library.call("nvmlDeviceGetComputeInstanceId", device, &part) == kSuccess) {
      one["computeInstance"] = part;
    }
    if (library.call("nvmlDeviceGetMemoryInfo", device, &memory) == kSuccess) {
      one["memory"] = memory.total;
    }
    devices.push_back(std::move(one));
  }
  return devices;
}

json describe(const Library& library, unsigned index) {
  Device device = nullptr;
  json one = {{"index", index}};
  if (const int code = library.call("nvmlDeviceGetHandleByIndex_v2", index, &device); code != kSuccess) {
    one["problem"] = explain(code);
    return one;
  }
  PciInfo pci{};
  if (library.call("nvmlDeviceGetPciInfo_v3", device, &pci) == kSuccess) {
    one["pci"] = to_pci(pci);
  }
  one["uuid"] = library.text("nvmlDeviceGetUUID", device);
  one["model"] = library.text("nvmlDeviceGetName", device);
  unsigned number = 0;
  if (library.call("nvmlDeviceGetMinorNumber", device, &number) == kSuccess) {
    one["minor"] = number;
  }
  Memory memory{};
  if (library.call("nvmlDeviceGetMemoryInfo", device, &memory) == kSuccess) {
    one["memory"] = memory.total;
  }
  unsigned mode = 0;
  unsigned pending = 0;
  if (library.call("nvmlDeviceGetMigMode", device, &mode, &pending) == kSuccess && mode == 1) {
    one["mig"] = mig_devices(library, device);
  }
  return one;
}

json ask(const Library& library) {
  json report = {{"gpus", json::array()}};
  if (const int code = library.call("nvmlInit_v2"); code != kSuccess) {
    report["problem"] = explain(code);
    return report;
  }
  report["driverVersion"] = library.text("nvmlSystemGetDriverVersion");
  unsigned count = 0;
  if (const int code = library.call("nvmlDeviceGetCount_v2", &count); code != kSuccess) {
    report["problem"] = explain(code);
  }
  for (unsigned i = 0; i < count; ++i) {
    report["gpus"].push_back(describe(library, i));
  }
  library.call("nvmlShutdown");
  return report;
}

}  // namespace

std::vector<std::string> nvml_paths() {
  return {"libnvidia-ml.so.1",
          "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib64/libnvidia-ml.so.1",
          "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
          "/usr/lib/wsl/lib/libnvidia-ml.so.1",
          "/run/opengl-driver/lib/libnvidia-ml.so.1"};
}

std::string nvml_report(const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    if (void* handle = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL); handle != nullptr) {
      return ask(Library(handle)).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    }
  }
  return {};
}

}  // namespace ingot::gpu
