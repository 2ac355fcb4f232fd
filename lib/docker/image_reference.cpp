// SPDX-License-Identifier: Apache-2.0
#include "docker/image_reference.hpp"

#include <algorithm>

namespace ingot::docker {

ImageReference parse_image_reference(const std::string& reference) {
  const std::size_t slash = reference.rfind('/', reference.find('@'));
  const std::size_t name_at = slash == std::string::npos ? 0 : slash;  // a colon before it is of a port
  const std::size_t at = reference.find('@', name_at);
  const std::size_t colon = reference.find(':', name_at);
  if (at != std::string::npos) {
    // With a digest the tag says nothing.
    return {.name = reference.substr(0, std::min(at, colon)), .tag = reference.substr(at + 1)};
  }
  if (colon != std::string::npos) {
    return {.name = reference.substr(0, colon), .tag = reference.substr(colon + 1)};
  }
  return {.name = reference, .tag = "latest"};
}

}  // namespace ingot::docker
