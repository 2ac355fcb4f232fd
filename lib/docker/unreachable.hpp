// SPDX-License-Identifier: Apache-2.0
// What to tell a user whose engine does not answer: the transport's faults in the words of someone who knows
// that the other side is a Docker engine.
#pragma once

#include "base/error.hpp"
#include "http/client.hpp"

#include <string>

namespace ingot::docker {

// `host` as a user writes it: "unix:///var/run/docker.sock".
[[nodiscard]] base::Failure to_unreachable(const std::string& host, const http::TransportError& error);

// An engine that took the request and went silent.
[[nodiscard]] base::Failure to_silent(const std::string& host, const base::Error& error);

}  // namespace ingot::docker
