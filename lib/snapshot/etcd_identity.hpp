// SPDX-License-Identifier: Apache-2.0
// etcd's members know one another by address, and keep in their own files who they are. Those of a copied
// cluster must never look for the members that they were copied from, which may well be running. So they are
// given their new addresses before any node starts, in a container without a network. Internal to
// lib/snapshot.
#pragma once

#include <string>
#include <vector>

namespace ingot::snapshot {

// A control plane's files, as the container that works sees them.
struct EtcdFiles {
  std::string root;  // "/ingot/nodes/0/upper": with /etc/kubernetes, written anew already
  std::string data;  // "/ingot/nodes/0/var/lib/etcd"
};

// The first one's data is what the cluster keeps (with what its log has and its database has not yet); the
// others take it over from there, as members that join. The API servers' notes that they are there
// (/registry/masterleases) go: for 15 s pods would be led to those of the cluster that was saved. Fails with
// what went wrong on its output.
[[nodiscard]] std::string etcd_script(const std::vector<EtcdFiles>& control_planes);

}  // namespace ingot::snapshot
