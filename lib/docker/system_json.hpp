// SPDX-License-Identifier: Apache-2.0
// What an engine says about itself, from its JSON (Docker Engine API: SystemInfo). A pure function over text
// that is not to be trusted: Error{untrusted} names the field at fault.
#pragma once

#include "docker/types.hpp"

#include <string_view>

namespace ingot::docker {

// All but `api_version`, which is agreed on elsewhere.
[[nodiscard]] EngineInfo parse_engine_info(std::string_view text);

}  // namespace ingot::docker
