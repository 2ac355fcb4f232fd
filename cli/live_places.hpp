// SPDX-License-Identifier: Apache-2.0
// Where the live API of this user is found when nobody says otherwise.
#pragma once

#include "context.hpp"
#include "serve/client.hpp"

#include <optional>
#include <string>

namespace ingot::cli {

// `given` by the command line, else as the settings have it, else $XDG_RUNTIME_DIR/ingot.sock, else in the
// folder of ingot's state. Error{environment} where there is no such folder.
[[nodiscard]] std::string live_socket(const Context& context, const std::string& given);
// The server that is to run commands, or to be watched, as --server or the settings have it: a path, or an
// address with a port. Nothing: none. Error{environment} for an address without a token.
[[nodiscard]] std::optional<serve::ServerPlace> server_place(const Context& context);
// With what TCP asks of clients.
[[nodiscard]] std::string live_token_file(const Context& context);

}  // namespace ingot::cli
