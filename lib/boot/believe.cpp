// SPDX-License-Identifier: Apache-2.0
#include "boot/believe.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::boot {

void believing(std::string_view what, const std::function<void()>& work) {
  try {
    work();
  } catch (const nlohmann::json::exception& error) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("{} is not what Kubernetes says it is", what),
                      error.what());
  }
}

}  // namespace ingot::boot
