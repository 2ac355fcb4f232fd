// SPDX-License-Identifier: Apache-2.0
// What this build is. The only file that changes with a commit is the generated version.cpp.
#pragma once

#include <string_view>

namespace ingot::cli {

extern const std::string_view kVersion;  // "0.1.0", or "0.1.0-12-gab12cd3" as git describes it
extern const std::string_view kCommit;   // may be empty

}  // namespace ingot::cli
