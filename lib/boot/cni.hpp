// SPDX-License-Identifier: Apache-2.0
// The CNI configuration of a node, written before its CNI daemon runs: kind's daemon comes to write it only
// ten seconds after its start, and until then the node is not Ready. It is the text that the daemon itself
// writes (kind: images/kindnetd/cmd/kindnetd/cni.go), so nothing changes when it does.
#pragma once

#include "boot/rendering.hpp"
#include "tar/tar.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::boot {

// Nothing when the image's CNI daemon is not one whose configuration is known, or when it has none.
[[nodiscard]] std::optional<tar::File> cni_config(const Rendering& rendering,
                                                  const std::vector<std::string>& pod_cidrs, int mtu);

}  // namespace ingot::boot
