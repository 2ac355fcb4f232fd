// SPDX-License-Identifier: Apache-2.0
// Who gets what, from what there is and who has it. Pure. Internal to lib/attach.
#pragma once

#include "attach/results.hpp"

#include <map>
#include <string>
#include <vector>

namespace ingot::attach {

// One request for each wish; see attach.hpp. `holders`: names of nodes by device.
[[nodiscard]] std::vector<Request> distribute(const gpu::Catalogue& catalogue,
                                              std::map<std::string, std::vector<std::string>> holders,
                                              const std::vector<Wish>& wishes);

}  // namespace ingot::attach
