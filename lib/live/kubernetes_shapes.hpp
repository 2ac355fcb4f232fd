// SPDX-License-Identifier: Apache-2.0
// What is in `data` of objects that the API of a cluster tells of: a part of the table of protocol.hpp.
// Internal to lib/live.
#pragma once

#include "live/protocol.hpp"

#include <vector>

namespace ingot::live {

[[nodiscard]] std::vector<Shape> kubernetes_shapes();

}  // namespace ingot::live
