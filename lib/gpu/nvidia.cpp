// SPDX-License-Identifier: Apache-2.0
#include "gpu/nvidia.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "gpu/files.hpp"
#include "gpu/run_for.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::gpu {

namespace {

using nlohmann::json;

// gpu<minor>/mig/gi<N>/ci<M> is there for exactly the devices that live.
std::vector<MigDevice> mig_of(const std::string& base, std::int64_t minor) {
  std::vector<MigDevice> devices;
  const auto folder = fmt::format("{}/proc/driver/nvidia/capabilities/gpu{}/mig", base, minor);
  for (const auto& instance : names_in(folder)) {
    for (const auto& part : names_in(folder + "/" + instance)) {
      if (instance.starts_with("gi") && part.starts_with("ci")) {
        devices.push_back({.index = static_cast<std::int64_t>(devices.size()),
                           .gpu_instance = to_number(instance.substr(2)).value_or(-1),
                           .compute_instance = to_number(part.substr(2)).value_or(-1)});
      }
    }
  }
  return devices;
}

std::int64_t number_at(const json& object, const char* key) {
  return object.value(key, std::int64_t{-1});
}

MigDevice to_mig(const json& object) {
  return {.index = number_at(object, "index"),
          .uuid = object.value("uuid", ""),
          .name = object.value("name", ""),
          .gpu_instance = number_at(object, "gpuInstance"),
          .compute_instance = number_at(object, "computeInstance"),
          .memory_bytes = object.value("memory", std::uint64_t{0})};
}

Gpu to_gpu(const json& object) {
  Gpu gpu{.vendor = "nvidia",
          .model = object.value("model", ""),
          .uuid = object.value("uuid", ""),
          .pci = object.value("pci", ""),
          .index = number_at(object, "index"),
          .minor = number_at(object, "minor"),
          .memory_bytes = object.value("memory", std::uint64_t{0}),
          .problem = object.value("problem", "")};
  if (const auto mig = object.find("mig"); mig != object.end()) {
    gpu.mig_enabled = true;
    for (const auto& device : *mig) {
      gpu.mig.push_back(to_mig(device));
    }
  }
  return gpu;
}

}  // namespace

std::string nvidia_driver_version(const std::string& base) {
  if (auto version = read_line(base + "/sys/module/nvidia/version"); !version.empty()) {
    return version;
  }
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar ..."
  const auto line = base::split(read_file(base + "/proc/driver/nvidia/version"), '\n').front();
  for (const auto& word : base::split(line, ' ')) {
    if (!word.empty() && word.find_first_not_of("0123456789.") == std::string::npos) {
      return word;
    }
  }
  return {};
}

void read_nvidia_files(const std::string& base, std::vector<Gpu>& gpus) {
  const auto version = nvidia_driver_version(base);
  std::int64_t index = 0;
  for (auto& gpu : gpus) {
    if (gpu.vendor != "nvidia") {
      continue;
    }
    gpu.index = index++;
    const auto told = read_pairs(fmt::format("{}/proc/driver/nvidia/gpus/{}/information", base, gpu.pci));
    if (told.empty()) {
      continue;
    }
    const auto value = [&](const char* key) {
      const auto found = told.find(key);
      return found == told.end() || found->second.find('?') != std::string::npos ? std::string()
                                                                                 : found->second;
    };
    gpu.model = value("Model");
    gpu.uuid = value("GPU UUID");
    gpu.minor = to_number(value("Device Minor")).value_or(-1);
    gpu.driver_version = version;
    if (value("GPU Excluded") == "Yes") {
      gpu.problem = "the driver leaves it out (GPU Excluded)";
    }
    if (gpu.minor >= 0) {
      gpu.nodes.insert(gpu.nodes.begin(), fmt::format("/dev/nvidia{}", gpu.minor));
      gpu.mig = mig_of(base, gpu.minor);
      gpu.mig_enabled = !gpu.mig.empty();
    }
  }
}

NvmlReport parse_nvml_report(std::string_view text) {
  try {
    const auto object = json::parse(text);
    NvmlReport report{.problem = object.value("problem", ""),
                      .driver_version = object.value("driverVersion", ""),
                      .gpus = {}};
    for (const auto& gpu : object.at("gpus")) {
      report.gpus.push_back(to_gpu(gpu));
    }
    return report;
  } catch (const json::exception& error) {
    throw base::Error(base::ErrorCode::untrusted, "what NVIDIA's library said cannot be read", error.what());
  }
}

std::optional<NvmlReport> ask_nvml(const Roots& roots, const std::stop_token& stop) {
  if (roots.nvml_command.empty()) {
    return std::nullopt;
  }
  const auto output = run_for(roots.nvml_command, roots.nvml_limit, stop);
  if (!output) {
    return NvmlReport{.problem = fmt::format("NVIDIA's library does not answer within {}: a GPU may hang",
                                             base::to_text(roots.nvml_limit))};
  }
  if (output->empty()) {
    return std::nullopt;
  }
  try {
    return parse_nvml_report(*output);
  } catch (const base::Error& error) {
    return NvmlReport{.problem = error.failure().message};
  }
}

}  // namespace ingot::gpu
