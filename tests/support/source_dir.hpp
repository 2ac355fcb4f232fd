// SPDX-License-Identifier: Apache-2.0
// Where tests find the files that they read.
#pragma once

#include <filesystem>

namespace ingot::support {

// The top folder of the sources that this program was built from. Known to one file alone: what names a path
// of the machine cannot be taken from another clone's compiler cache.
std::filesystem::path source_dir();

}  // namespace ingot::support
