// SPDX-License-Identifier: Apache-2.0
// From a CDI device to what a container that runs is given: pure, nothing of the machine is looked at.
#pragma once

#include "cdi/grant.hpp"
#include "cdi/registry.hpp"

namespace ingot::cdi {

// The edits of its file and its own, as the CDI library joins them: a later one replaces an earlier one of
// the same place or variable, mounts go by depth. Of hooks those of NVIDIA's toolkit are understood, and
// become links, library folders and the mask. Error{unsupported} for what only a container in the making can
// be given.
[[nodiscard]] Grant resolve(const KnownDevice& device);

}  // namespace ingot::cdi
