// SPDX-License-Identifier: Apache-2.0
// How what runs in a node is ended, so that its init finds nothing to wait for: commands for bash in the
// node. Any image that kind's tools can use will do. Internal to lib/lifecycle.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ingot::lifecycle {

// Stops kubelet, kills controller manager and scheduler (they keep nothing), asks the other containers to end
// and kills those that have not ended after `grace`. etcd and the API server go on, and so does DNS.
[[nodiscard]] std::vector<std::string> end_containers(std::chrono::milliseconds grace);

// Afterwards, when nobody needs the API any more: kills what keeps nothing, and waits until etcd has ended by
// itself.
[[nodiscard]] std::vector<std::string> end_the_rest();

// Makes good what an end_containers() left that nothing came after.
[[nodiscard]] std::vector<std::string> start_kubelet();

}  // namespace ingot::lifecycle
