// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of cluster files, for editors and other people's checkers. It says what a schema can say;
// rules that look at several places at once are only in validate().
#pragma once

#include <string>

namespace ingot::config {

// Draft 7, which editors know best. Made from the same description of the fields that files are read by.
[[nodiscard]] std::string json_schema();

}  // namespace ingot::config
