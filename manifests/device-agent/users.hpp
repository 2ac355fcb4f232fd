// SPDX-License-Identifier: Apache-2.0
// `users`: which processes of a node, those of its pods included, have devices open.
#pragma once

#include <string>
#include <vector>

namespace ingot::agent {

// [{"pid", "program", "path"}]. `proc` is where the node's processes are.
[[nodiscard]] std::string users(const std::vector<std::string>& device_paths, const std::string& proc);

}  // namespace ingot::agent
