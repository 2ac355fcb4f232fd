// SPDX-License-Identifier: Apache-2.0
// TOML to JSON and back, and patches of containerd's configuration: any bytes give a text or an Error, and
// what we write reads back the same. The input up to the first NUL byte is a configuration, the rest a patch.
#include "base/error.hpp"
#include "containerd/config_patch.hpp"
#include "containerd/toml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ingot;
  const std::string input(data, data + size);
  const auto middle = input.find('\0');
  const std::string config = input.substr(0, middle);
  const std::string patch = middle == std::string::npos ? "" : input.substr(middle + 1);
  try {
    const auto value = containerd::read_toml(config);
    if (containerd::read_toml(containerd::to_toml(value)) != value) {
      std::abort();
    }
  } catch (const base::Error&) {
  }
  for (const auto& text : {config, "version = 2\n" + config}) {
    try {
      (void)containerd::patch_config(text, {.merge = {patch}, .json6902 = {}});
      (void)containerd::patch_config(text, {.merge = {}, .json6902 = {patch}});
    } catch (const base::Error&) {
    }
  }
  (void)containerd::problem_of_merge_patch(patch);
  (void)containerd::problem_of_json_patch(patch);
  return 0;
}
