// SPDX-License-Identifier: Apache-2.0
// A stand-in for NVIDIA's CUDA driver library (cuda.h, the functions that tests/live/cuda_check.c calls): one
// GPU for each /dev/nvidiaN that can be opened, whose UUID ends in N, and whose memory is the program's own.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kInvalidValue = 1;
constexpr int kNoDevice = 100;
constexpr int kMostDevices = 16;

std::vector<int> minors;  // of the GPUs, by their number here

}  // namespace

extern "C" {

struct CUuuid {
  char bytes[16];
};

int cuInit(unsigned);
int cuDeviceGetCount(int* count);
int cuDeviceGet(int* device, int ordinal);
int cuDeviceGetUuid_v2(CUuuid* uuid, int device);
int cuCtxCreate_v2(void** context, unsigned flags, int device);
int cuCtxDestroy_v2(void* context);
int cuMemAlloc_v2(unsigned long long* address, std::size_t bytes);
int cuMemsetD32_v2(unsigned long long address, unsigned value, std::size_t count);
int cuMemcpyDtoH_v2(void* to, unsigned long long from, std::size_t bytes);
int cuMemFree_v2(unsigned long long address);

int cuInit(unsigned) {
  for (int minor = 0; minor < kMostDevices; ++minor) {
    const int file = ::open(("/dev/nvidia" + std::to_string(minor)).c_str(), O_RDWR | O_CLOEXEC);
    if (file >= 0) {
      ::close(file);
      minors.push_back(minor);
    }
  }
  return minors.empty() ? kNoDevice : 0;
}
int cuDeviceGetCount(int* count) {
  *count = static_cast<int>(minors.size());
  return 0;
}
int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return ordinal < static_cast<int>(minors.size()) ? 0 : kInvalidValue;
}
int cuDeviceGetUuid_v2(CUuuid* uuid, int device) {
  *uuid = {};
  uuid->bytes[15] = static_cast<char>(minors.at(static_cast<std::size_t>(device)));
  return 0;
}
int cuCtxCreate_v2(void** context, unsigned, int) {
  *context = nullptr;
  return 0;
}
int cuCtxDestroy_v2(void*) {
  return 0;
}
int cuMemAlloc_v2(unsigned long long* address, std::size_t bytes) {
  *address = reinterpret_cast<std::uintptr_t>(std::malloc(bytes));
  return *address == 0 ? 2 : 0;
}
int cuMemsetD32_v2(unsigned long long address, unsigned value, std::size_t count) {
  auto* words = reinterpret_cast<unsigned*>(static_cast<std::uintptr_t>(address));
  for (std::size_t i = 0; i < count; ++i) {
    words[i] = value;
  }
  return 0;
}
int cuMemcpyDtoH_v2(void* to, unsigned long long from, std::size_t bytes) {
  std::memcpy(to, reinterpret_cast<const void*>(static_cast<std::uintptr_t>(from)), bytes);
  return 0;
}
int cuMemFree_v2(unsigned long long address) {
  std::free(reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)));
  return 0;
}

}  // extern "C"
