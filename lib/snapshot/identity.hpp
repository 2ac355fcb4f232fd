// SPDX-License-Identifier: Apache-2.0
// What a node of a copied cluster says of itself: its files before it starts, and what the API keeps of the
// nodes that it was copied from. Internal to lib/snapshot.
#pragma once

#include "kube/client.hpp"
#include "node/host.hpp"
#include "snapshot/renaming.hpp"

#include <stop_token>
#include <string>

namespace ingot::snapshot {

// A node of the copy; its container holds what the snapshot had.
struct NewIdentity {
  std::string id;  // of the container
  std::string name;
  std::string address;
  bool control_plane = false;
};

// What an address was called before: as the image's entrypoint noted it. Empty: not known.
[[nodiscard]] std::string old_address(node::Host& host, const std::string& id, const std::stop_token& stop);

// Writes its files anew: names and addresses everywhere, and certificates of the cluster's own authorities,
// whose keys `control_plane` (a container's id) has. Before it starts.
void rewrite_files(node::Host& host, const NewIdentity& node, const std::string& control_plane,
                   const Renaming& renaming, const std::stop_token& stop);

// With an API server that runs alone, without controllers: nodes, the volumes that are bound to them, and
// settings get the new names; pods of the old nodes go, and come anew with their controllers.
void mend_objects(kube::Client& api, const Renaming& renaming, const std::stop_token& stop);

}  // namespace ingot::snapshot
