// SPDX-License-Identifier: Apache-2.0
// The node image's recipe as it lies in this program.
#pragma once

#include <string_view>

namespace ingot::image {

// A tar, compressed by gzip, with the folders manifests/node-image and tools of ingot's sources.
[[nodiscard]] std::string_view recipe();

}  // namespace ingot::image
