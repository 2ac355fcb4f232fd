// SPDX-License-Identifier: Apache-2.0
// What a node of a copied cluster says of itself: its files before it starts, and what the API keeps of the
// nodes that it was copied from. Internal to lib/snapshot.
#pragma once

#include "base/renaming.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::snapshot {

// A node of the copy; its container holds what the snapshot had.
struct NewIdentity {
  std::string id;  // of the container
  std::string name;
  std::string role;
  node::Addresses addresses;
  std::string entrance;  // the name by which nodes reach the API: a load balancer's, or a control plane's
};

// What its addresses were before: as its labels said, else as the image's entrypoint noted it. Empty: not
// known.
[[nodiscard]] node::Addresses old_addresses(node::Host& host, const std::string& id,
                                            const node::Addresses& pinned, const std::stop_token& stop);

// For whom an API server's certificate of the copy stands: this machine, and as the one that was saved, with
// names and addresses of nodes as they are now. So what a cluster file added (certSANs) stays. Pure.
[[nodiscard]] std::vector<std::string> api_server_names(const std::string& saved_certificate,
                                                        const base::Renaming& renaming);

// Writes its files anew: names and addresses everywhere, and certificates of the cluster's own authorities,
// whose keys `control_plane` (a container's id) has. Before it starts.
void rewrite_files(node::Host& host, const NewIdentity& node, const std::string& control_plane,
                   const base::Renaming& renaming, const std::stop_token& stop);

// With an API server that runs alone, without controllers: nodes, the volumes that are bound to them, and
// settings get the new names; pods of the old nodes go, and come anew with their controllers.
void mend_objects(kube::Client& api, const base::Renaming& renaming, const std::stop_token& stop);

}  // namespace ingot::snapshot
