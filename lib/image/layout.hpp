// SPDX-License-Identifier: Apache-2.0
// An OCI image layout (github.com/opencontainers/image-spec, image-layout.md) for a node that has an image's
// layers already. Pure.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <vector>

namespace ingot::image {

// A tar of the image's configuration, a manifest and an index with these names; no layers.
[[nodiscard]] std::string layout_without_layers(const std::string& config, const docker::ImageInfo& image,
                                                const std::vector<std::string>& names);

}  // namespace ingot::image
