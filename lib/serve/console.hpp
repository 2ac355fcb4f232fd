// SPDX-License-Identifier: Apache-2.0
// The console: a page for browsers that shows what the live API tells. Its files are in console/, and in this
// program. They hold no secrets and are served without the token, which the page itself needs to be told
// anything. Pure.
#pragma once

#include "serve/answer.hpp"

#include <optional>
#include <string_view>

namespace ingot::serve {

// "/" and "/console/NAME". Nothing for any other path.
[[nodiscard]] std::optional<Answer> console_page(std::string_view path);

}  // namespace ingot::serve
