// SPDX-License-Identifier: Apache-2.0
// Where GPUs are looked for, and --gpus.
#pragma once

#include "attach/results.hpp"
#include "command.hpp"
#include "config/cluster_spec.hpp"
#include "context.hpp"
#include "gpu/roots.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::cli {

// By INGOT_CDI_DIRS, INGOT_GPU_ROOT and INGOT_NVML_LIBRARY.
[[nodiscard]] gpu::Roots gpu_roots(const Environment& environment);

struct GpuInput {
  std::vector<std::string> gpus;  // each as it was given
  std::string replicas;
  std::string plugin;
};

// `of` ends the sentence of its help.
void declare_gpus(Flags& flags, GpuInput& input, const std::string& of);

// Flags on how pods come to them, "--gpu-replicas" and "--gpu-plugin" for the prefix "--gpu-".
void declare_offering(Flags& flags, GpuInput& input, const std::string& prefix);
// Error{invalid_input}.
[[nodiscard]] attach::Offering read_offering(const GpuInput& input);

// "all" and "2" are for every worker of `spec`, or for its control planes where there are none; "NODE=..."
// wins over both, and they over the file. NODE is a node's name, or that without the cluster's.
// Error{invalid_input} with every mistake.
[[nodiscard]] std::vector<attach::Wish> gpu_wishes(const GpuInput& input, const config::ClusterSpec& spec);

// The same for nodes that are to be added; nothing where none is wanted. No names.
[[nodiscard]] std::optional<attach::Wish> gpu_wish(const GpuInput& input);

// For one instance: "all", a number, or names, separated by commas or given one by one. "device=0", as docker
// has it, and "0,1" are names, too. What somebody else has is not for it, also with "all".
// Error{invalid_input}.
[[nodiscard]] attach::Wish gpu_wish_of_instance(const GpuInput& input);

// Warns where the engine is not this machine's: what devices there are is read here, and given there.
void warn_of_other_machine(Context& context);

// Gives devices to nodes that are there, side by side with nothing; what fails is an Error that says that the
// nodes stay.
void give_gpus(Context& context, const std::vector<attach::Request>& requests);

}  // namespace ingot::cli
