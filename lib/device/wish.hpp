// SPDX-License-Identifier: Apache-2.0
// What a container shall have of the machine's devices.
#pragma once

#include "cdi/grant.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ingot::device {

struct Wish {
  std::vector<cdi::Grant> grants;   // all that it shall have
  std::vector<std::string> hidden;  // device nodes that it shall not have, though the engine gives them to it
  bool tells_kubelet = true;        // ingot's device plugin does; false: that is somebody else's
  // How long its kubelet may take to be told; zero: it has none, or nobody waits.
  std::chrono::milliseconds await{0};
};

}  // namespace ingot::device
