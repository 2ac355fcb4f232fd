// SPDX-License-Identifier: Apache-2.0
#include "gpu/catalogue.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cdi/resolve.hpp"
#include "gpu/own_specs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::gpu {

namespace {

constexpr std::string_view kAll = "all";

std::string short_name(const std::string& name) {
  return name.substr(name.find('=') + 1);
}

std::string kind_of(const std::string& name) {
  return name.substr(0, name.find('='));
}

// "all" of a kind is all its devices together, and none of its own.
bool is_group(const cdi::KnownDevice& device) {
  return short_name(device.name) == kAll;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string> names_of(const Offer& offer) {
  auto names = offer.aliases;
  names.insert(names.begin(), offer.name);
  return names;
}

// Generators name devices by UUID and by number, and every one has the GPU's own node.
void find_gpu(Offer& offer, const std::vector<Gpu>& gpus) {
  std::vector<std::string> short_names;
  for (const auto& name : names_of(offer)) {
    short_names.push_back(short_name(name));
  }
  for (const auto& gpu : gpus) {
    for (const auto& mig : gpu.mig) {
      if ((!mig.uuid.empty() && has(short_names, mig.uuid)) ||
          (gpu.vendor == "nvidia" && has(short_names, fmt::format("{}:{}", gpu.index, mig.index)))) {
        offer.gpu = gpu;
        offer.mig = mig;
        return;
      }
    }
    const bool shares_node =
        std::ranges::any_of(gpu.nodes, [&](const std::string& node) { return has(offer.nodes, node); });
    if ((!gpu.uuid.empty() && has(short_names, gpu.uuid)) ||
        (shares_node && offer.name.starts_with(gpu.vendor + "."))) {
      offer.gpu = gpu;
      return;
    }
  }
}

Offer to_offer(const cdi::KnownDevice& device, const std::vector<Gpu>& gpus) {
  Offer offer{.name = device.name, .aliases = device.aliases, .file = device.file};
  for (const auto& node : device.device().edits.device_nodes) {
    offer.nodes.push_back(node.path);
  }
  find_gpu(offer, gpus);
  return offer;
}

class Choice {
 public:
  explicit Choice(const Catalogue& catalogue) : catalogue_(catalogue) {}

  std::vector<std::string> run(const std::vector<std::string>& words) {
    for (const auto& word : words) {
      const auto found = meant_by(word);
      if (found.empty()) {
        problems_.push_back(fmt::format("'{}': there is no such device", word));
      } else if (found.size() > 1 && short_name(word) != kAll) {
        problems_.push_back(fmt::format("'{}' may be any of {}", word, base::join(found, ", ")));
      } else {
        take(word, found);
      }
    }
    if (!problems_.empty()) {
      tell();
    }
    return std::move(chosen_);
  }

 private:
  [[nodiscard]] std::vector<std::string> meant_by(const std::string& word) const {
    std::vector<std::string> found;
    for (const auto& offer : catalogue_.offers) {
      const auto names = names_of(offer);
      const bool is_meant =
          word == kAll || has(names, word) || word == kind_of(offer.name) + "=all" ||
          std::ranges::any_of(names, [&](const auto& name) { return short_name(name) == word; });
      if (is_meant) {
        found.push_back(offer.name);
      }
    }
    return found;
  }

  void take(const std::string& word, const std::vector<std::string>& found) {
    for (const auto& name : found) {
      if (has(chosen_, name)) {
        problems_.push_back(fmt::format("'{}': {} is named twice", word, name));
      } else {
        chosen_.push_back(name);
      }
    }
  }

  [[noreturn]] void tell() const {
    std::vector<std::string> names;
    for (const auto& offer : catalogue_.offers) {
      names.push_back(offer.name);
    }
    base::Failure failure{.code = base::ErrorCode::invalid_input,
                          .message = "devices cannot be given so",
                          .cause = names.empty() ? "this machine has none"
                                                 : fmt::format("there are {}", base::join(names, ", ")),
                          .problems = problems_,
                          .remedy = "ingot gpu list"};
    throw base::Error(std::move(failure));
  }

  const Catalogue& catalogue_;
  std::vector<std::string> chosen_;
  std::vector<std::string> problems_;
};

}  // namespace

Catalogue take_stock(const Roots& roots, const std::stop_token& stop) {
  Catalogue catalogue;
  auto discovery = discover(roots, stop);
  catalogue.problems = std::move(discovery.problems);
  catalogue.registry = cdi::Registry::load(roots.cdi);
  for (auto& spec : own_specs(roots.base, discovery.gpus)) {
    catalogue.registry.add(std::move(spec));
  }
  catalogue.faults = catalogue.registry.faults();
  for (const auto& device : catalogue.registry.devices()) {
    if (!is_group(device)) {
      catalogue.offers.push_back(to_offer(device, discovery.gpus));
    }
  }
  for (auto& gpu : discovery.gpus) {
    const bool is_offered = std::ranges::any_of(
        catalogue.offers, [&](const Offer& offer) { return offer.gpu && offer.gpu->pci == gpu.pci; });
    if (!is_offered) {
      if (gpu.problem.empty()) {
        gpu.problem = gpu.mig_enabled ? "it is in MIG mode and has no MIG device"
                                      : "no CDI file describes it, although one does its kind";
      }
      catalogue.others.push_back(std::move(gpu));
    }
  }
  return catalogue;
}

std::vector<std::string> choose(const Catalogue& catalogue, const std::vector<std::string>& words) {
  return Choice(catalogue).run(words);
}

cdi::Grant grant_for(const Catalogue& catalogue, const std::string& device) {
  const auto* known = catalogue.registry.find(device);
  if (known == nullptr) {
    throw base::Error({.code = base::ErrorCode::not_found,
                       .message = fmt::format("there is no device '{}' any more", device),
                       .remedy = "ingot gpu list"});
  }
  return cdi::resolve(*known);
}

}  // namespace ingot::gpu
