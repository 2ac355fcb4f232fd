// SPDX-License-Identifier: Apache-2.0
// A failure as a person reads it, and as one line of JSON.
#pragma once

#include "base/error.hpp"
#include "output/style.hpp"
#include "output/value.hpp"

#include <string>

namespace ingot::cli::output {

// "error:", "cause:", problems and captured output indented, "try:". `verbose` adds the context and all of
// the captured output instead of its last lines. `log`: path of the event log that has more; may be empty.
[[nodiscard]] std::string failure_text(const base::Failure& failure, const Style& style, bool verbose,
                                       const std::string& log = {});

// {code, message, cause, context, detail, problems, log, remedy}; empty members are left out.
[[nodiscard]] Value failure_value(const base::Failure& failure, const std::string& log = {});

// Without control characters: they would act on the user's terminal.
[[nodiscard]] std::string harmless(std::string_view text);

}  // namespace ingot::cli::output
