// SPDX-License-Identifier: Apache-2.0
// What this machine has to give: the devices of its CDI files and of ours, beside the GPUs behind them.
#pragma once

#include "cdi/grant.hpp"
#include "cdi/registry.hpp"
#include "gpu/gpu.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::gpu {

struct Offer {
  std::string name;                  // "nvidia.com/gpu=0"
  std::vector<std::string> aliases;  // "nvidia.com/gpu=GPU-..."
  std::string file;                  // that describes it; empty: ingot does
  std::vector<std::string> nodes;    // in a container
  std::optional<Gpu> gpu;            // behind it; nothing where that is not known
  std::optional<MigDevice> mig;
};

struct Catalogue {
  std::vector<Offer> offers;          // by name
  std::vector<Gpu> others;            // GPUs that nothing can be given of, each with its problem
  std::vector<std::string> problems;  // of the machine
  std::vector<cdi::Fault> faults;     // of CDI files
  cdi::Registry registry;
};

[[nodiscard]] Catalogue take_stock(const Roots& roots, const std::stop_token& stop);

// The offers that people mean: "nvidia.com/gpu=0", "0" or a UUID where one kind alone has it, "all" or
// "nvidia.com/gpu=all" for all of them. Error{invalid_input} with every
// word that means none, or several, or one that another word means already, and what there is.
[[nodiscard]] std::vector<std::string> choose(const Catalogue& catalogue,
                                              const std::vector<std::string>& words);

// Of an offer of the catalogue. Errors as cdi::resolve().
[[nodiscard]] cdi::Grant grant_for(const Catalogue& catalogue, const std::string& device);

}  // namespace ingot::gpu
