// SPDX-License-Identifier: Apache-2.0
#include "support/source_dir.hpp"

namespace ingot::support {

std::filesystem::path source_dir() {
  return INGOT_SOURCE_DIR;
}

}  // namespace ingot::support
