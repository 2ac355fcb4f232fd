// SPDX-License-Identifier: Apache-2.0
// Where the live API of this user is found when nobody says otherwise.
#pragma once

#include "context.hpp"
#include "serve/client.hpp"
#include "serve/server.hpp"

#include <optional>
#include <string>

namespace ingot::cli {

// `given` by the command line, else as the settings have it, else $XDG_RUNTIME_DIR/ingot.sock, else in the
// folder of ingot's state. Error{environment} where there is no such folder.
[[nodiscard]] std::string live_socket(const Context& context, const std::string& given);
// The server that is to run commands, or to be watched, as --server or the settings have it: a path, an
// address with a port, or a URL, with whom to take for it. Nothing: none. Error{environment} for an address
// without a token, Error{invalid_input} for a --server-cert that is none.
[[nodiscard]] std::optional<serve::ServerPlace> server_place(const Context& context);
// A path that the command line or the settings have.
[[nodiscard]] std::string in_working_dir(const Context& context, const std::string& path);
// With what TCP asks of clients.
[[nodiscard]] std::string live_token_file(const Context& context);
// The certificate that a server of this user makes for itself.
[[nodiscard]] serve::CertificateFiles live_certificate_files(const Context& context);

}  // namespace ingot::cli
