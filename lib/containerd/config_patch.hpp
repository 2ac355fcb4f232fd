// SPDX-License-Identifier: Apache-2.0
// containerd's configuration file, patched as kind does it: TOML merge patches (RFC 7386 on what the TOML
// means), then RFC 6902 operations in JSON. Comments and order of the file are lost. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::containerd {

struct ConfigPatches {
  std::vector<std::string> merge;     // TOML; one with another `version` than the file's is left out
  std::vector<std::string> json6902;  // JSON

  [[nodiscard]] bool empty() const { return merge.empty() && json6902.empty(); }
};

struct PatchedConfig {
  std::string text;
  std::vector<std::size_t> left_out;  // of ConfigPatches::merge, for another version of the format
};

// Throws Error{invalid_input} that names the patch ("containerdConfigPatches[0]") when it cannot be read or
// applied, and Error{untrusted} when `config`, an image's, is not TOML with a version.
[[nodiscard]] PatchedConfig patch_config(std::string_view config, const ConfigPatches& patches);

// What is wrong with a patch whatever it is for, as one line; empty: nothing.
[[nodiscard]] std::string problem_of_merge_patch(std::string_view toml);
[[nodiscard]] std::string problem_of_json_patch(std::string_view text);

}  // namespace ingot::containerd
