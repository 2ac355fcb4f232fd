// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ingot::serve {

// What commands are, and what they find.
struct CommandOptions {
  std::vector<std::string> program;  // the words before the arguments; none: no commands are run
  std::map<std::string, std::string> environment;
};

}  // namespace ingot::serve
