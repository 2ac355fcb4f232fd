// SPDX-License-Identifier: Apache-2.0
// Where the dynamic linker of a container in the making finds its devices' libraries, whatever image it is
// of: what NVIDIA's `nvidia-cdi-hook update-ldcache` does, as an OCI hook (runtime-spec, config.md,
// createContainer).
#pragma once

#include <string>
#include <vector>

namespace ingot::agent {

// Names `folders` to the linker of this process' root, for its next cache. False: they were known. Throws
// Failure.
bool write_linker_file(const std::vector<std::string>& folders);

// The container's root folder. `state`: what a runtime tells a hook on its standard input (runtime-spec,
// runtime.md). Throws Failure for what is no such thing.
[[nodiscard]] std::string root_of(const std::string& state);

// Makes `root` the process' own, names `folders` to the linker of it, and becomes the node's ldconfig, which
// is linked statically; returns where the node has none. Links in the image lead nowhere out of it. Throws
// Failure.
void cache_libraries(const std::string& root, const std::vector<std::string>& folders);

}  // namespace ingot::agent
