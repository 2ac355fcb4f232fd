// SPDX-License-Identifier: Apache-2.0
// `sync`: a container that runs is made to have exactly the devices that it shall have. What is so already is
// left alone, so that it can be said again after a restart, or when it was broken off.
// The request: {"pid": of the container's first process, "grants": [...], "hidden": [paths of device nodes
// that shall not be there], "awaitMs": how long the kubelet may take to be told; 0: there is none}.
// The answer: {"changed": bool, "told": bool}.
#pragma once

#include <string>

namespace ingot::agent {

// `root`: where the machine's files are. Throws Failure.
[[nodiscard]] std::string sync(const std::string& request, const std::string& root);

}  // namespace ingot::agent
