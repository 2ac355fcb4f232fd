// SPDX-License-Identifier: Apache-2.0
// Questions to the user, on standard error.
#pragma once

#include "context.hpp"

#include <string_view>

namespace ingot::cli {

// True when somebody can be asked: standard input is a terminal, and --no-input was not given.
[[nodiscard]] bool can_ask(const Context& context);

// Yes or no, default no. Throws base::Cancelled on Ctrl-C.
[[nodiscard]] bool confirm(Context& context, std::string_view question);

}  // namespace ingot::cli
