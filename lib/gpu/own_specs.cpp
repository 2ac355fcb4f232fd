// SPDX-License-Identifier: Apache-2.0
#include "gpu/own_specs.hpp"

#include "gpu/files.hpp"
#include "gpu/nvidia.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace ingot::gpu {

namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "0.5.0";

// The driver's libraries may be in several of them: Debian's packages have most in the second one.
const std::vector<std::string> kLibraryFolders = {"/usr/lib/x86_64-linux-gnu",
                                                  "/usr/lib/x86_64-linux-gnu/nvidia/current",
                                                  "/usr/lib/aarch64-linux-gnu",
                                                  "/usr/lib/aarch64-linux-gnu/nvidia/current",
                                                  "/usr/lib64",
                                                  "/usr/lib",
                                                  "/usr/lib/wsl/lib",
                                                  "/usr/local/nvidia/lib64",
                                                  "/run/opengl-driver/lib"};
const std::vector<std::string> kPrograms = {"nvidia-smi", "nvidia-debugdump", "nvidia-persistenced",
                                            "nvidia-cuda-mps-control", "nvidia-cuda-mps-server"};
const std::vector<std::string> kSockets = {"/run/nvidia-persistenced/socket",
                                           "/run/nvidia-fabricmanager/socket"};

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

cdi::Mount same_place(const std::string& path, bool read_only) {
  return {.host_path = path,
          .container_path = path,
          .options = {read_only ? "ro" : "rw", "nosuid", "nodev", "rbind", "rprivate"}};
}

cdi::Hook hook(const std::vector<std::string>& arguments) {
  std::vector<std::string> args = {"nvidia-cdi-hook"};
  args.insert(args.end(), arguments.begin(), arguments.end());
  return {.name = "createContainer", .path = "/usr/bin/nvidia-cdi-hook", .args = std::move(args)};
}

// The driver's own libraries are those of its version. One folder may have two names: the first counts.
void add_libraries(cdi::Edits& edits, const std::string& base, const std::string& version) {
  std::set<std::string> known;
  for (const auto& folder : kLibraryFolders) {
    const auto before = known.size();
    for (const auto& name : names_in(base + folder)) {
      if (name.ends_with(".so." + version) && known.insert(name).second) {
        edits.mounts.push_back(same_place(folder + "/" + name, true));
        if (name.starts_with("libcuda.so.")) {
          edits.hooks.push_back(
              hook({"create-symlinks", "--link", "libcuda.so.1::" + folder + "/libcuda.so"}));
        }
      }
    }
    if (known.size() > before) {
      edits.hooks.push_back(hook({"update-ldcache", "--folder", folder}));
    }
  }
}

cdi::Edits nvidia_driver(const std::string& base, const std::string& version) {
  cdi::Edits edits{.env = {"NVIDIA_VISIBLE_DEVICES=void"}};
  for (const auto* name : {"nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"}) {
    if (is_there(fmt::format("{}/dev/{}", base, name))) {
      edits.device_nodes.push_back({.path = fmt::format("/dev/{}", name)});
    }
  }
  add_libraries(edits, base, version);
  for (const auto& program : kPrograms) {
    if (is_there(base + "/usr/bin/" + program)) {
      edits.mounts.push_back(same_place("/usr/bin/" + program, true));
    }
  }
  for (const auto& socket : kSockets) {
    if (is_there(base + socket)) {
      edits.mounts.push_back(same_place(socket, false));
    }
  }
  edits.hooks.push_back(hook({"disable-device-node-modification"}));
  return edits;
}

// Minors of the two capability devices, by their place in the driver's list (nv-caps.c).
std::vector<cdi::DeviceNode> mig_nodes(const std::string& base, const Gpu& gpu, const MigDevice& mig) {
  std::vector<cdi::DeviceNode> nodes = {{.path = fmt::format("/dev/nvidia{}", gpu.minor)}};
  const auto gi = fmt::format("gpu{}/gi{}/access", gpu.minor, mig.gpu_instance);
  const auto ci = fmt::format("gpu{}/gi{}/ci{}/access", gpu.minor, mig.gpu_instance, mig.compute_instance);
  for (const auto& line : base::split(read_file(base + "/proc/driver/nvidia-caps/mig-minors"), '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() == 2 && (words[0] == gi || words[0] == ci)) {
      nodes.push_back({.path = "/dev/nvidia-caps/nvidia-cap" + words[1]});
    }
  }
  return nodes;
}

void add_twice(cdi::Spec& spec, const std::string& number, const std::string& uuid, const cdi::Edits& edits) {
  spec.devices.push_back({.name = number, .edits = edits});
  if (!uuid.empty()) {
    spec.devices.push_back({.name = uuid, .edits = edits});
  }
}

cdi::Spec nvidia_spec(const std::string& base, const std::vector<Gpu>& gpus) {
  cdi::Spec spec{.version = kVersion, .kind = "nvidia.com/gpu"};
  for (const auto& gpu : gpus) {
    if (gpu.vendor != "nvidia" || !gpu.problem.empty() || gpu.minor < 0) {
      continue;
    }
    if (spec.devices.empty()) {
      spec.edits = nvidia_driver(base, gpu.driver_version);
    }
    if (!gpu.mig_enabled) {
      cdi::Edits edits;
      for (const auto& node : gpu.nodes) {
        edits.device_nodes.push_back({.path = node});
      }
      add_twice(spec, std::to_string(gpu.index), gpu.uuid, edits);
    }
    for (const auto& mig : gpu.mig) {
      add_twice(spec, fmt::format("{}:{}", gpu.index, mig.index), mig.uuid,
                {.device_nodes = mig_nodes(base, gpu, mig)});
    }
  }
  return spec;
}

// Both need nothing but nodes: their libraries are in the images.
cdi::Spec drm_spec(const std::string& vendor, const std::vector<Gpu>& gpus) {
  cdi::Spec spec{.version = kVersion, .kind = vendor + ".com/gpu"};
  int number = 0;
  for (const auto& gpu : gpus) {
    if (gpu.vendor != vendor || !gpu.problem.empty() || gpu.nodes.empty()) {
      continue;
    }
    cdi::Edits edits;
    if (vendor == "amd") {
      edits.device_nodes.push_back({.path = "/dev/kfd"});
    }
    for (const auto& node : gpu.nodes) {
      edits.device_nodes.push_back({.path = node});
    }
    spec.devices.push_back({.name = std::to_string(number++), .edits = std::move(edits)});
  }
  return spec;
}

}  // namespace

std::vector<cdi::Spec> own_specs(const std::string& base, const std::vector<Gpu>& gpus) {
  return {nvidia_spec(base, gpus), drm_spec("amd", gpus), drm_spec("intel", gpus)};
}

}  // namespace ingot::gpu
