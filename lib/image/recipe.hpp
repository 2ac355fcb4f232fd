// SPDX-License-Identifier: Apache-2.0
// The recipes of our images as they lie in this program.
#pragma once

#include <string_view>

namespace ingot::image {

// A tar, compressed by gzip, with what tools/node-image and tools/instance-image of ingot's sources need.
[[nodiscard]] std::string_view recipe();

}  // namespace ingot::image
