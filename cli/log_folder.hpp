// SPDX-License-Identifier: Apache-2.0
// Where the logs of a cluster go when nobody named a folder.
#pragma once

#include "context.hpp"

#include <string>

namespace ingot::cli {

// A new folder among the temporary ones, as kind makes it. Error{environment} when it cannot be made.
[[nodiscard]] std::string make_log_folder(const Context& context);

}  // namespace ingot::cli
