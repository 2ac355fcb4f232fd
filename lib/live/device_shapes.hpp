// SPDX-License-Identifier: Apache-2.0
// What is in `data` of devices: a part of the table of protocol.hpp. Internal to lib/live.
#pragma once

#include "live/protocol.hpp"

#include <vector>

namespace ingot::live {

[[nodiscard]] std::vector<Shape> device_shapes();

}  // namespace ingot::live
