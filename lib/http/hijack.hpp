// SPDX-License-Identifier: Apache-2.0
// Asks a server to hand over the connection ("Connection: Upgrade") and becomes that connection. libcurl's
// transfers cannot: they wait for a body after the 101 that never ends.
#pragma once

#include "http/client.hpp"

#include <memory>
#include <stop_token>

namespace ingot::http {

// See Client::hijack.
[[nodiscard]] std::unique_ptr<Hijacked> open_hijacked(const std::shared_ptr<const Endpoint>& endpoint,
                                                      const Request& request, Response& refusal,
                                                      const std::stop_token& stop);

}  // namespace ingot::http
