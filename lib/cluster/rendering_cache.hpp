// SPDX-License-Identifier: Apache-2.0
// Renderings (see boot/rendering.hpp) are kept in the user's cache folder, one file each, named after the
// image and the configuration; asking an image costs about a second, a file nothing. A file that cannot be
// read or written is no failure.
#pragma once

#include "cluster/creation.hpp"

#include <string>

namespace ingot::cluster {

[[nodiscard]] boot::Rendering rendering_of(const Creation& creation, plan::StepContext& context);

}  // namespace ingot::cluster
