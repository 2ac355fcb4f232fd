// SPDX-License-Identifier: Apache-2.0
// A failure as a person reads it, and as one line of JSON.
#pragma once

#include "base/error.hpp"
#include "output/style.hpp"
#include "output/value.hpp"

#include <string>

namespace ingot::cli::output {

// "error:", "cause:", problems and captured output indented, "try:". `verbose` adds the context and all of
// the captured output instead of its last lines.
[[nodiscard]] std::string failure_text(const base::Failure& failure, const Style& style, bool verbose);

// {code, message, cause, context, detail, problems, remedy}; empty members are left out.
[[nodiscard]] Value failure_value(const base::Failure& failure);

}  // namespace ingot::cli::output
