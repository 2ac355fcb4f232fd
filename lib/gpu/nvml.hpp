// SPDX-License-Identifier: Apache-2.0
// NVIDIA's management library, loaded when asked: NVML API 12 and 13 (nvml.h), of which only what every
// version since 450 has is needed. To be called in a process of its own; see Roots::nvml_command.
#pragma once

#include <string>
#include <vector>

namespace ingot::gpu {

// Where the library is looked for when its bare name is not found.
[[nodiscard]] std::vector<std::string> nvml_paths();

// One line of JSON, which parse_nvml_report() reads; empty: there is no such library. The first of `paths`
// that can be loaded is asked.
[[nodiscard]] std::string nvml_report(const std::vector<std::string>& paths);

}  // namespace ingot::gpu
