// SPDX-License-Identifier: Apache-2.0
// From an HTTP answer of the API server to an object or an error. Pure. Internal to lib/kube.
#pragma once

#include "base/error.hpp"
#include "http/client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ingot::kube {

// The JSON object of a successful answer; Error{untrusted} for anything else.
[[nodiscard]] nlohmann::json parse_object(const std::string& body, const std::string& doing);

// The error that an unsuccessful answer is, from its Status object if it has one.
[[nodiscard]] base::Error refusal(const http::Response& response, const std::string& doing);

// The same for an error below HTTP.
[[nodiscard]] base::Error unreachable(const http::TransportError& error, const std::string& server);

}  // namespace ingot::kube
