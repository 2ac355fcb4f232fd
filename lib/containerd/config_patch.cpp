// SPDX-License-Identifier: Apache-2.0
#include "containerd/config_patch.hpp"

#include "base/error.hpp"
#include "containerd/toml.hpp"
#include "kubeadm/json6902.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace ingot::containerd {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(std::string message) {
  throw base::Error(base::ErrorCode::invalid_input, std::move(message));
}

// Of containerd's format; nothing when the text sets none, which kind takes 0 for, too.
std::optional<std::int64_t> version_of(const json& config) {
  const auto found = config.find("version");
  if (found == config.end()) {
    return std::nullopt;
  }
  if (!found->is_number_integer()) {
    refuse("'version' wants a whole number");
  }
  const auto version = found->get<std::int64_t>();
  return version == 0 ? std::nullopt : std::optional(version);
}

json read_operations(std::string_view text) {
  auto operations = json::parse(text, nullptr, false);
  if (operations.is_discarded()) {
    refuse("this is not JSON");
  }
  if (!operations.is_array()) {
    refuse("it is not a list of operations");
  }
  return operations;
}

std::string one_line(const base::Error& error) {
  const auto& failure = error.failure();
  return failure.cause.empty() ? failure.message : failure.cause;
}

template <typename Work>
void naming(const std::string& patch, Work&& work) {
  try {
    work();
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("the patch {} cannot be applied to containerd's configuration", patch),
                      failure.message + (failure.cause.empty() ? "" : ": " + failure.cause));
  }
}

// The image's own, with its version.
json read_config(std::string_view text, std::int64_t& version) {
  std::string cause = "it names no version";
  try {
    auto config = read_toml(text);
    if (const auto found = version_of(config)) {
      version = *found;
      return config;
    }
  } catch (const base::Error& error) {
    cause = one_line(error);
  }
  throw base::Error(base::ErrorCode::untrusted,
                    "the containerd configuration of the node image cannot be patched", cause);
}

}  // namespace

PatchedConfig patch_config(std::string_view text, const ConfigPatches& patches) {
  PatchedConfig patched;
  std::int64_t version = 0;
  json config = read_config(text, version);
  for (std::size_t i = 0; i < patches.merge.size(); ++i) {
    naming(fmt::format("containerdConfigPatches[{}]", i), [&] {
      const auto patch = read_toml(patches.merge[i]);
      if (version_of(patch).value_or(version) == version) {
        config.merge_patch(patch);
      } else {
        patched.left_out.push_back(i);
      }
    });
  }
  for (std::size_t i = 0; i < patches.json6902.size(); ++i) {
    naming(fmt::format("containerdConfigPatchesJSON6902[{}]", i), [&] {
      kubeadm::apply_operations(config, read_operations(patches.json6902[i]));
      if (!config.is_object()) {
        refuse("it leaves no configuration");
      }
    });
  }
  naming("containerdConfigPatchesJSON6902", [&] { patched.text = to_toml(config); });
  return patched;
}

std::string problem_of_merge_patch(std::string_view toml) {
  try {
    (void)version_of(read_toml(toml));
    return "";
  } catch (const base::Error& error) {
    return one_line(error);
  }
}

std::string problem_of_json_patch(std::string_view text) {
  try {
    for (const auto& operation : read_operations(text)) {
      for (const auto* key : {"op", "path"}) {
        if (!operation.is_object() || !operation.contains(key) || !operation[key].is_string()) {
          refuse(fmt::format("an operation has no '{}'", key));
        }
      }
    }
    return "";
  } catch (const base::Error& error) {
    return one_line(error);
  }
}

}  // namespace ingot::containerd
