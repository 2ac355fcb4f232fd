// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/refusal.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace ingot::kubeconfig {

void refuse(const std::string& file, int line, const std::string& cause) {
  throw base::Error(base::ErrorCode::invalid_input, "the kubeconfig '" + file + "' is not valid",
                    line > 0 ? fmt::format("line {}: {}", line, cause) : cause);
}

}  // namespace ingot::kubeconfig
