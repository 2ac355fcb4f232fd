// SPDX-License-Identifier: Apache-2.0
// What a build of an image takes from the command line and from the machine.
#pragma once

#include "context.hpp"

#include <string>
#include <vector>

namespace ingot::cli {

// As one names them: "1.36", the newest first.
[[nodiscard]] std::vector<std::string> versions_to_build();

// Of an instance. The rest as below.
[[nodiscard]] image::BuildRequest to_instance_build_request(const Context& context);

// `kubernetes`: "1.36", "v1.36" or "v1.36.3"; empty: the newest. Error{invalid_input} for one that cannot be
// built. The build goes through this machine's proxies and trusts whom it trusts. Name and base are left
// empty.
[[nodiscard]] image::BuildRequest to_build_request(const std::string& kubernetes, const Context& context);

}  // namespace ingot::cli
