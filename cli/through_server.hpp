// SPDX-License-Identifier: Apache-2.0
// A command that `ingot serve` runs for us: the same output, and the same exit code.
#pragma once

#include "command.hpp"
#include "context.hpp"
#include "serve/client.hpp"

#include <string>
#include <vector>

namespace ingot::cli {

// `arguments`: the whole command line; `command` and `flags` are what it means. Errors as run_remotely().
[[nodiscard]] int run_through_server(Context& context, const serve::ServerPlace& place,
                                     const std::vector<std::string>& arguments, const Command& command,
                                     const Flags& flags);

}  // namespace ingot::cli
