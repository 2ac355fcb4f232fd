// SPDX-License-Identifier: Apache-2.0
// What the user can do next, in terms of our commands, where the library does not know better.
#pragma once

#include "base/error.hpp"

#include <string>

namespace ingot::cli {

// The failure's own remedy, else one for its code, else empty.
[[nodiscard]] std::string remedy_for(const base::Failure& failure);

}  // namespace ingot::cli
