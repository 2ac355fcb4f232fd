// SPDX-License-Identifier: Apache-2.0
// What a restored node takes of the machine it comes to: image, address, ports. Internal to lib/snapshot.
#pragma once

#include "base/fd.hpp"
#include "node/host.hpp"
#include "snapshot/manifest.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::snapshot {

// The image that a node was made from, under the name it had, or under its id. Error{image_missing} when the
// engine has none with the same layers.
[[nodiscard]] std::string require_image(node::Host& host, const SavedNode& node, const std::stop_token& stop);

// Makes sure that the network is there. Error{already_exists} when somebody else, who is not of `cluster`,
// has one of the nodes' addresses; Error{environment} when the network here does not have them.
void require_addresses(node::Host& host, const Manifest& manifest, const std::string& cluster,
                       const std::stop_token& stop);

// Makes sure that the network is there, and tells free addresses on it for the nodes `names`, in their order.
// Error{unsupported} where none can be chosen.
[[nodiscard]] std::vector<node::Addresses> choose_addresses(node::Host& host, const Manifest& manifest,
                                                            const std::vector<std::string>& names,
                                                            const std::stop_token& stop);

// Its ports, as they were; another one for the API's where that is taken. Ports are held until it starts.
// Nothing is looked at on an engine elsewhere. `all`: of every port, for a copy beside the cluster itself.
struct HeldPorts {
  std::vector<docker::PortBinding> ports;
  std::vector<base::Fd> held;
  bool moved = false;
};
[[nodiscard]] HeldPorts hold_ports(const SavedNode& node, bool all, bool engine_is_local);

}  // namespace ingot::snapshot
