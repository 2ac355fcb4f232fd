// SPDX-License-Identifier: Apache-2.0
// Image archives that the user named, opened for reading.
#pragma once

#include "context.hpp"

#include <string>
#include <vector>

namespace ingot::cli {

// "-" is standard input. What is wrong with the file is added to `problems`.
[[nodiscard]] image::Archive open_archive(const std::string& path, Context& context,
                                          std::vector<std::string>& problems);

}  // namespace ingot::cli
