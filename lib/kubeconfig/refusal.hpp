// SPDX-License-Identifier: Apache-2.0
// What is told of a kubeconfig that cannot be used. Internal to lib/kubeconfig.
#pragma once

#include <string>

namespace ingot::kubeconfig {

// Throws Error{invalid_input}. `line` counts from 1; 0 where no line can be blamed.
[[noreturn]] void refuse(const std::string& file, int line, const std::string& cause);

}  // namespace ingot::kubeconfig
