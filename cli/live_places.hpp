// SPDX-License-Identifier: Apache-2.0
// Where the live API of this user is found when nobody says otherwise.
#pragma once

#include "context.hpp"

#include <string>

namespace ingot::cli {

// `given` by the command line, else as the settings have it, else $XDG_RUNTIME_DIR/ingot.sock, else in the
// folder of ingot's state. Error{environment} where there is no such folder.
[[nodiscard]] std::string live_socket(const Context& context, const std::string& given);
// With what TCP asks of clients.
[[nodiscard]] std::string live_token_file(const Context& context);

}  // namespace ingot::cli
