// SPDX-License-Identifier: Apache-2.0
// A stand-in for NVIDIA's management library. FAKE_NVML names a file with one line for each GPU, its words
// separated by "|": minor, PCI address, UUID, model, MiB of memory, and, in MIG mode, "GI:CI:UUID" for each
// device. A first line "error N" lets nvmlInit fail so; "hang" lets it never come back.
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Device {
  std::vector<std::string> words;
  bool is_part = false;
  std::vector<Device> parts;
};

std::vector<Device> devices;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, separator);) {
    words.push_back(word);
  }
  return words;
}

int give(const std::string& text, char* buffer, unsigned size) {
  std::snprintf(buffer, size, "%s", text.c_str());
  return 0;
}

unsigned number(const std::string& text) {
  return static_cast<unsigned>(std::strtoul(text.c_str(), nullptr, 10));
}

constexpr int kNotFound = 6;

}  // namespace

extern "C" {

struct PciInfo {
  char legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_sub_system_id;
  char bus_id[32];
};
struct Memory {
  unsigned long long total, free, used;
};

int nvmlInit_v2();
int nvmlShutdown();
int nvmlSystemGetDriverVersion(char* buffer, unsigned size);
int nvmlDeviceGetCount_v2(unsigned* count);
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device);
int nvmlDeviceGetUUID(Device* device, char* buffer, unsigned size);
int nvmlDeviceGetName(Device* device, char* buffer, unsigned size);
int nvmlDeviceGetMinorNumber(Device* device, unsigned* minor);
int nvmlDeviceGetPciInfo_v3(Device* device, PciInfo* info);
int nvmlDeviceGetMemoryInfo(Device* device, Memory* memory);
int nvmlDeviceGetMigMode(Device* device, unsigned* current, unsigned* pending);
int nvmlDeviceGetMaxMigDeviceCount(Device* device, unsigned* count);
int nvmlDeviceGetMigDeviceHandleByIndex(Device* device, unsigned index, void** part);
int nvmlDeviceGetGpuInstanceId(Device* device, unsigned* id);
int nvmlDeviceGetComputeInstanceId(Device* device, unsigned* id);

int nvmlInit_v2() {
  const char* path = std::getenv("FAKE_NVML");
  std::ifstream file(path != nullptr ? path : "");
  for (std::string line; std::getline(file, line);) {
    if (line == "hang") {
      for (;;) {
        ::pause();
      }
    }
    if (line.rfind("error ", 0) == 0) {
      return std::atoi(line.c_str() + 6);
    }
    Device device{.words = split(line, '|'), .parts = {}};
    for (std::size_t i = 5; i < device.words.size(); ++i) {
      device.parts.push_back({.words = split(device.words[i], ':'), .is_part = true, .parts = {}});
    }
    devices.push_back(device);
  }
  return 0;
}
int nvmlShutdown() {
  return 0;
}
int nvmlSystemGetDriverVersion(char* buffer, unsigned size) {
  return give("550.54.15", buffer, size);
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(devices.size());
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = &devices.at(index);
  return devices[index].words.size() < 5 ? 15 : 0;  // half a line: a GPU that is lost
}
int nvmlDeviceGetUUID(Device* device, char* buffer, unsigned size) {
  return give(device->words.at(2), buffer, size);
}
int nvmlDeviceGetName(Device* device, char* buffer, unsigned size) {
  return give(device->is_part ? "MIG " + device->words.at(2) : device->words.at(3), buffer, size);
}
int nvmlDeviceGetMinorNumber(Device* device, unsigned* minor) {
  *minor = number(device->words.at(0));
  return 0;
}
int nvmlDeviceGetPciInfo_v3(Device* device, PciInfo* info) {
  unsigned domain = 0, bus = 0, slot = 0;
  std::sscanf(device->words.at(1).c_str(), "%x:%x:%x.0", &domain, &bus, &slot);
  *info = {};
  info->domain = domain;
  info->bus = bus;
  info->device = slot;
  return 0;
}
int nvmlDeviceGetMemoryInfo(Device* device, Memory* memory) {
  const auto mebibytes = device->is_part ? 10240 : number(device->words.at(4));
  *memory = {.total = static_cast<unsigned long long>(mebibytes) << 20U, .free = 0, .used = 0};
  return 0;
}
int nvmlDeviceGetMigMode(Device* device, unsigned* current, unsigned* pending) {
  *current = *pending = device->parts.empty() ? 0 : 1;
  return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(Device*, unsigned* count) {
  *count = 7;
  return 0;
}
int nvmlDeviceGetMigDeviceHandleByIndex(Device* device, unsigned index, void** part) {
  if (index >= device->parts.size()) {
    return kNotFound;
  }
  *part = &device->parts[index];
  return 0;
}
int nvmlDeviceGetGpuInstanceId(Device* device, unsigned* id) {
  *id = number(device->words.at(0));
  return 0;
}
int nvmlDeviceGetComputeInstanceId(Device* device, unsigned* id) {
  *id = number(device->words.at(1));
  return 0;
}

}  // extern "C"
