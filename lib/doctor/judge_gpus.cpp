// SPDX-License-Identifier: Apache-2.0
// Clusters can do without GPUs, so nothing here is more than a warning.
#include "doctor/judge.hpp"

#include <fmt/format.h>

namespace ingot::doctor {

namespace {

std::string remedy_for(const gpu::Gpu& gpu) {
  if (gpu.driver == "vfio-pci") {
    return fmt::format(
        "echo {} | sudo tee /sys/bus/pci/drivers/vfio-pci/unbind, then load its vendor's driver", gpu.pci);
  }
  if (gpu.mig_enabled && gpu.mig.empty()) {
    return "sudo nvidia-smi mig -cgi 0 -C, or nvidia-smi -mig 0";
  }
  if (gpu.vendor == "nvidia" && gpu.driver != "nvidia") {
    return "install NVIDIA's driver, and load it: sudo modprobe nvidia";
  }
  return gpu.driver.empty() ? "load its driver, or ingot gpu list -o wide"
                            : "ingot gpu list -o json tells what is known of it";
}

}  // namespace

void judge_gpus(const Facts& facts, Findings& findings) {
  const auto& gpus = facts.gpus;
  if (!gpus.offers.empty()) {
    findings.push_back(
        {"gpus", Severity::ok, fmt::format("{} can be given to nodes", gpus.offers.size()), ""});
  }
  for (const auto& gpu : gpus.others) {
    findings.push_back({"gpu", Severity::warning,
                        fmt::format("{} ({}) cannot be given: {}", gpu.pci,
                                    gpu.model.empty() ? gpu.vendor : gpu.model, gpu.problem),
                        remedy_for(gpu)});
  }
  for (const auto& problem : gpus.problems) {
    findings.push_back(
        {"gpus", Severity::warning, problem, "nvidia-smi tells more; a restart of the machine mends both"});
  }
  for (const auto& fault : gpus.faults) {
    findings.push_back({"cdi-file", Severity::warning, fmt::format("{}: {}", fault.file, fault.what),
                        "make it anew with its vendor's tool, or remove it"});
  }
}

}  // namespace ingot::doctor
