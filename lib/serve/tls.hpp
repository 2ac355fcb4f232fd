// SPDX-License-Identifier: Apache-2.0
// How this server speaks TLS: 1.2 or newer, with ciphers that keep what was said secret when the key gets
// known, and without renegotiation and sessions to resume, for which it would have to remember clients.
#pragma once

#include "serve/certificate.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/error.hpp>

#include <string>

namespace ingot::serve {

// Error{invalid_input} for a certificate or key that OpenSSL does not take, as being too weak.
[[nodiscard]] boost::asio::ssl::context make_server_context(const Certificate& certificate);

// Whether a handshake has failed because the other side spoke no TLS but HTTP.
[[nodiscard]] bool is_plain_http(const boost::beast::error_code& error);
// Whether it failed because what the other side said is no TLS at all.
[[nodiscard]] bool is_no_tls(const boost::beast::error_code& error);

}  // namespace ingot::serve
