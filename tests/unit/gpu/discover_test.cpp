// SPDX-License-Identifier: Apache-2.0
#include "gpu/gpu.hpp"
#include "unit/gpu/machine.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using Catch::Matchers::Contains;
using testing::Machine;
using Paths = std::vector<std::string>;

TEST_CASE_METHOD(Machine, "NVIDIA's GPUs are known by PCI address, UUID and minor, whatever their order",
                 "[gpu]") {
  add_nvidia("0000:07:00.0", 3, "GPU-aaaa");
  add_nvidia("0000:0a:00.0", 0, "GPU-bbbb");
  const auto found = gpu::discover(roots(), {});
  REQUIRE(found.gpus.size() == 2);
  CHECK(found.gpus[0].pci == "0000:07:00.0");
  CHECK(found.gpus[0].minor == 3);
  CHECK(found.gpus[0].uuid == "GPU-aaaa");
  CHECK(found.gpus[0].index == 0);
  CHECK(found.gpus[0].model == "NVIDIA H100 80GB HBM3");
  CHECK(found.gpus[0].driver_version == "550.54.15");
  CHECK(found.gpus[0].numa == 1);
  CHECK(found.gpus[1].nodes == Paths{"/dev/nvidia0"});
  CHECK(found.gpus[1].problem.empty());
}

TEST_CASE_METHOD(Machine, "a GPU that cannot be used says why", "[gpu]") {
  add_pci("0000:01:00.0", "0x10de", "0x030000", "");
  add_pci("0000:02:00.0", "0x10de", "0x030200", "vfio-pci");
  add_pci("0000:03:00.0", "0x10de", "0x030000", "nouveau");
  add_pci("0000:04:00.0", "0x10de", "0x030200", "nvidia");  // which the driver's files do not have
  const auto found = gpu::discover(roots(), {});
  REQUIRE(found.gpus.size() == 4);
  CHECK(found.gpus[0].problem == "no driver has it");
  CHECK_THAT(found.gpus[1].problem, Contains("virtual machines"));
  CHECK_THAT(found.gpus[2].problem, Contains("nouveau"));
  CHECK_THAT(found.gpus[3].problem, Contains("fallen off the bus"));
}

TEST_CASE_METHOD(Machine, "AMD's and Intel's are found, sound cards and bridges are not", "[gpu]") {
  add_pci("0000:01:00.0", "0x1002", "0x120000", "amdgpu", {"card1", "renderD129"});
  write("/sys/bus/pci/devices/0000:01:00.0/mem_info_vram_total", "68702699520\n");
  add_pci("0000:02:00.0", "0x8086", "0x038000", "xe", {"card2", "renderD130"});
  add_pci("0000:03:00.0", "0x10de", "0x040300", "snd_hda_intel");
  add_pci("0000:04:00.0", "0x8086", "0x060000", "");
  const auto found = gpu::discover(roots(), {});
  REQUIRE(found.gpus.size() == 2);
  CHECK(found.gpus[0].vendor == "amd");
  CHECK(found.gpus[0].memory_bytes == 68702699520);
  CHECK(found.gpus[0].nodes == Paths{"/dev/dri/card1", "/dev/dri/renderD129"});
  CHECK(found.gpus[1].vendor == "intel");
}

TEST_CASE_METHOD(Machine, "MIG devices that live are those that the driver has folders of", "[gpu]") {
  add_nvidia("0000:07:00.0", 0, "GPU-aaaa");
  const std::string mig = "/proc/driver/nvidia/capabilities/gpu0/mig/";
  write(mig + "gi7/access", "DeviceFileMinor: 66\n");
  write(mig + "gi7/ci0/access", "DeviceFileMinor: 67\n");
  write(mig + "gi9/access", "");
  write(mig + "gi9/ci0/access", "");
  const auto found = gpu::discover(roots(), {});
  REQUIRE(found.gpus.at(0).mig.size() == 2);
  CHECK(found.gpus[0].mig_enabled);
  CHECK(found.gpus[0].mig[1].gpu_instance == 9);
  CHECK(found.gpus[0].mig[1].compute_instance == 0);
}

TEST_CASE_METHOD(Machine, "a machine without any has none", "[gpu]") {
  const auto found = gpu::discover(roots(), {});
  CHECK(found.gpus.empty());
  CHECK(found.problems.empty());
}
