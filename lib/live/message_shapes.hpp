// SPDX-License-Identifier: Apache-2.0
// What clients and servers say: a part of the table of protocol.hpp. Internal to lib/live.
#pragma once

#include "live/protocol.hpp"

#include <vector>

namespace ingot::live {

[[nodiscard]] std::vector<Message> message_shapes();

}  // namespace ingot::live
