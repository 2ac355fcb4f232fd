// SPDX-License-Identifier: Apache-2.0
#include "cdi/registry.hpp"

#include "base/error.hpp"
#include "cdi/edits_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::cdi {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = std::uintmax_t{4} << 20;

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto extension = entry.path().extension();
    if ((extension == ".json" || extension == ".yaml") && entry.is_regular_file(ignored)) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::string read(const std::string& path) {
  std::error_code ignored;
  if (const auto size = fs::file_size(path, ignored); !ignored && size > kLargestFile) {
    throw base::Error(base::ErrorCode::invalid_input, "the file is no CDI specification", "it is too large");
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw base::Error(base::ErrorCode::environment, "the file cannot be read");
  }
  return text;
}

std::vector<KnownDevice> devices_of(Spec spec, const std::string& file) {
  const auto shared = std::make_shared<const Spec>(std::move(spec));
  std::vector<KnownDevice> devices;
  for (std::size_t i = 0; i < shared->devices.size(); ++i) {
    devices.push_back(
        {.name = to_text(shared->kind, shared->devices[i].name), .file = file, .spec = shared, .place = i});
  }
  return devices;
}

std::string explain(const base::Error& error) {
  const auto& failure = error.failure();
  return failure.cause.empty() && !failure.problems.empty() ? failure.problems.front()
         : failure.cause.empty()                            ? failure.message
                                                            : failure.cause;
}

}  // namespace

void Registry::add_file(const std::string& path, std::vector<KnownDevice>& folder,
                        std::vector<std::string>& twice) {
  try {
    for (auto& device : devices_of(parse_spec(read(path)), path)) {
      const auto other = std::ranges::find(folder, device.name, &KnownDevice::name);
      if (other == folder.end()) {
        folder.push_back(std::move(device));
      } else {
        twice.push_back(device.name);
        faults_.push_back({path, fmt::format("{} is in {}, too: neither counts", device.name, other->file)});
      }
    }
  } catch (const base::Error& error) {
    faults_.push_back({path, explain(error)});
  }
}

Registry Registry::load(const std::vector<std::string>& folders) {
  Registry registry;
  for (const auto& folder : folders) {
    std::vector<KnownDevice> found;
    std::vector<std::string> twice;
    for (const auto& path : files_of(folder)) {
      registry.add_file(path, found, twice);
    }
    for (auto& device : found) {
      std::erase_if(registry.devices_, [&](const KnownDevice& one) { return one.name == device.name; });
      if (std::ranges::find(twice, device.name) == twice.end()) {
        registry.devices_.push_back(std::move(device));
      }
    }
  }
  registry.join_aliases();
  return registry;
}

void Registry::add(Spec spec) {
  if (spec.devices.empty() || has_kind(spec.kind)) {
    return;
  }
  std::ranges::move(devices_of(std::move(spec), ""), std::back_inserter(devices_));
  join_aliases();
}

// NVIDIA's generator describes each device by its number and by its UUID.
void Registry::join_aliases() {
  std::vector<KnownDevice> joined;
  for (auto& device : devices_) {
    const auto same = std::ranges::find_if(joined, [&](const KnownDevice& one) {
      return one.spec == device.spec && to_json(one.device().edits) == to_json(device.device().edits);
    });
    if (same == joined.end()) {
      joined.push_back(std::move(device));
    } else {
      same->aliases.push_back(device.name);
    }
  }
  std::ranges::stable_sort(joined, {}, &KnownDevice::name);
  devices_ = std::move(joined);
}

const KnownDevice* Registry::find(std::string_view name) const {
  const auto found = std::ranges::find_if(devices_, [&](const KnownDevice& one) {
    return one.name == name || std::ranges::find(one.aliases, name) != one.aliases.end();
  });
  return found == devices_.end() ? nullptr : &*found;
}

bool Registry::has_kind(std::string_view kind) const {
  return std::ranges::any_of(devices_, [&](const KnownDevice& one) { return one.spec->kind == kind; });
}

}  // namespace ingot::cdi
