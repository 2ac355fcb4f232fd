// SPDX-License-Identifier: Apache-2.0
// What an instance cannot be, before the engine is asked. Pure.
#pragma once

#include "instance/results.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::instance {

// A host name of one label (RFC 1123), of two characters at least.
[[nodiscard]] bool is_name(std::string_view text);

// A clause for every problem.
[[nodiscard]] std::vector<std::string> problems_of(const Spec& spec);
// Error{invalid_input} with all of them.
void check(const Spec& spec);

}  // namespace ingot::instance
