// SPDX-License-Identifier: Apache-2.0
// The Status objects with which an API server refuses.
#pragma once

#include "support/fake_kubernetes/store.hpp"
#include "support/wire/exchange.hpp"

#include <string>

namespace ingot::testing {

[[nodiscard]] Reply to_status(int code, const std::string& reason, const std::string& message);
[[nodiscard]] Reply not_found(const ResourcePath& path);
[[nodiscard]] Reply already_exists(const ResourcePath& path, const std::string& name);

}  // namespace ingot::testing
