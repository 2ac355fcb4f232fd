// SPDX-License-Identifier: Apache-2.0
// What an engine says about volumes, from its JSON (Docker Engine API: VolumeInspect, VolumeList). Pure
// functions over text that is not to be trusted: Error{untrusted} names the field at fault.
#pragma once

#include "docker/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

[[nodiscard]] VolumeInfo parse_volume(std::string_view text);

// By name.
[[nodiscard]] std::vector<VolumeInfo> parse_volume_list(std::string_view text);

// The body of VolumeCreate.
[[nodiscard]] std::string volume_creation(const std::string& name, const Labels& labels);

}  // namespace ingot::docker
