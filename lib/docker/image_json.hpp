// SPDX-License-Identifier: Apache-2.0
// What an engine says about images, from its JSON (Docker Engine API: ImageInspect, ImageList). Pure
// functions over text that is not to be trusted: Error{untrusted} names the field at fault.
#pragma once

#include "docker/types.hpp"

#include <string_view>
#include <vector>

namespace ingot::docker {

[[nodiscard]] ImageInfo parse_image(std::string_view text);

// Only those with a tag. The engine's list does not tell the architecture.
[[nodiscard]] std::vector<ImageInfo> parse_image_list(std::string_view text);

}  // namespace ingot::docker
