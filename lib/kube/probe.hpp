// SPDX-License-Identifier: Apache-2.0
// A look at a TCP port that costs microseconds, where a TLS handshake costs milliseconds.
#pragma once

#include <string>

namespace ingot::kube {

// False if for certain nobody listens behind `url` ("https://127.0.0.1:6443"): the connection is refused, or
// taken and closed at once, as the engine's proxy of a published port does before there is a server behind
// it. True if somebody may. Blocks for 50 ms at most.
[[nodiscard]] bool may_listen(const std::string& url);

}  // namespace ingot::kube
