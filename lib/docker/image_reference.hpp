// SPDX-License-Identifier: Apache-2.0
// The name of an image, taken apart as the docker CLI does (github.com/distribution/reference).
#pragma once

#include <string>

namespace ingot::docker {

struct ImageReference {
  std::string name;  // "127.0.0.1:5000/a/b"
  std::string tag;   // "1.0", or a digest "sha256:..."; "latest" when none is given
};

[[nodiscard]] ImageReference parse_image_reference(const std::string& reference);

}  // namespace ingot::docker
