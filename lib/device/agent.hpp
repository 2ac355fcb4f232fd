// SPDX-License-Identifier: Apache-2.0
// The device agent (manifests/device-agent/README.md) as it lies in this program, and as it is put into
// nodes.
#pragma once

#include "tar/tar.hpp"

#include <string_view>
#include <vector>

namespace ingot::device {

inline constexpr const char* kAgentPath = "/kind/ingot/agent";
inline constexpr const char* kPluginService = "ingot-device-plugin.service";

// A static executable for the processor that this program is built for.
[[nodiscard]] std::string_view agent_program();

// The agent; `for_kubelet`: and its service, which runs from a node's next boot on.
[[nodiscard]] std::vector<tar::File> agent_files(bool for_kubelet);

// For `sh -c` in a node that runs and has the files: the service runs when it returns 0.
[[nodiscard]] const char* start_plugin();
// For any node: neither runs the service then, nor will it.
[[nodiscard]] const char* stop_plugin();

}  // namespace ingot::device
