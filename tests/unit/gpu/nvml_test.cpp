// SPDX-License-Identifier: Apache-2.0
#include "gpu/nvml.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"
#include "gpu/gpu.hpp"
#include "gpu/nvidia.hpp"
#include "gpu/run_for.hpp"
#include "unit/gpu/machine.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

using namespace ingot;
using Catch::Matchers::Contains;
using testing::Machine;

namespace {

// What the library says with these lines, asked in a process of its own, as it must be.
class Library : public Machine {
 public:
  gpu::NvmlReport report(const std::string& lines) {
    write("/nvml", lines);
    const auto out = home / "report";
    const auto child = ::fork();
    if (child == 0) {
      ::setenv("FAKE_NVML", (home / "nvml").c_str(), 1);
      write("/report", gpu::nvml_report({"/nowhere/libnvidia-ml.so.1", FAKE_NVML_LIBRARY}));
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    const auto roots = gpu::Roots{.nvml_command = {"/bin/cat", out}};
    return gpu::ask_nvml(roots, {}).value();
  }
};

}  // namespace

TEST_CASE_METHOD(Library, "NVIDIA's library tells memory, UUIDs and MIG devices", "[gpu]") {
  const auto told = report(
      "3|0000:07:00.0|GPU-aaaa|NVIDIA H100|81559\n"
      "0|0000:0a:00.0|GPU-bbbb|NVIDIA H100|81559|7:0:MIG-cccc|9:0:MIG-dddd\n");
  CHECK(told.problem.empty());
  CHECK(told.driver_version == "550.54.15");
  REQUIRE(told.gpus.size() == 2);
  CHECK(told.gpus[0].pci == "0000:07:00.0");
  CHECK(told.gpus[0].minor == 3);
  CHECK(told.gpus[0].memory_bytes == std::uint64_t{81559} << 20U);
  CHECK_FALSE(told.gpus[0].mig_enabled);
  REQUIRE(told.gpus[1].mig.size() == 2);
  CHECK(told.gpus[1].mig[1].uuid == "MIG-dddd");
  CHECK(told.gpus[1].mig[1].gpu_instance == 9);
}

TEST_CASE_METHOD(Library, "the library's failures are told in words", "[gpu]") {
  CHECK_THAT(report("error 18\n").problem, Contains("different versions"));
  CHECK_THAT(report("error 9\n").problem, Contains("not loaded"));
  CHECK_THAT(report("error 999\n").problem, Contains("NVML error 999"));
}

TEST_CASE_METHOD(Library, "one lost GPU hides no other", "[gpu]") {
  const auto told = report("broken\n0|0000:0a:00.0|GPU-bbbb|NVIDIA H100|81559\n");
  REQUIRE(told.gpus.size() == 2);
  CHECK_THAT(told.gpus[0].problem, Contains("fallen off the bus"));
  CHECK(told.gpus[1].uuid == "GPU-bbbb");
}

TEST_CASE("where there is no library nothing is said", "[gpu]") {
  CHECK(gpu::nvml_report({"/nowhere/libnvidia-ml.so.1"}).empty());
  CHECK_FALSE(gpu::ask_nvml({.nvml_command = {"/bin/true"}}, {}));
}

TEST_CASE("a library that hangs is left alone after its time", "[gpu]") {
  const gpu::Roots roots{.nvml_command = {"/bin/sleep", "60"}, .nvml_limit = std::chrono::milliseconds(100)};
  const auto begin = base::Clock::now();
  const auto told = gpu::ask_nvml(roots, {});
  CHECK(base::Clock::now() - begin < std::chrono::seconds(10));
  REQUIRE(told);
  CHECK_THAT(told->problem, Contains("does not answer"));
}

TEST_CASE("what the library's process prints is not believed blindly", "[gpu]") {
  CHECK_THROWS_AS(gpu::parse_nvml_report("{\"gpus\": 3}"), base::Error);
  CHECK_THROWS_AS(gpu::parse_nvml_report("no JSON"), base::Error);
  const auto told = gpu::ask_nvml({.nvml_command = {"/bin/echo", "no JSON"}}, {});
  REQUIRE(told);
  CHECK_FALSE(told->problem.empty());
}
