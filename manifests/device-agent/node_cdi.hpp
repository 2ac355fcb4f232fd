// SPDX-License-Identifier: Apache-2.0
// The CDI files inside a node: what its container runtime reads when a pod gets a device. Everything is at
// the same place in the node as in a pod.
#pragma once

#include "cdi/grant.hpp"

#include <map>
#include <string>
#include <vector>

namespace ingot::agent {

// By path. Of libraries the links beside them, too: a pod has no cache of the dynamic linker that knows them.
// Of device nodes what their description says, for a runtime gives pods what nobody says by its own rules.
[[nodiscard]] std::map<std::string, std::string> node_cdi_files(const std::vector<cdi::Grant>& grants);

// What a kubelet is told of one kind: ids, each with the name of the device that it stands for.
using Offers = std::map<std::string, std::string>;

// By kind, of our files in `folder`. A file that cannot be read is as one that is not there.
[[nodiscard]] std::map<std::string, Offers> read_node_cdi(const std::string& folder);

}  // namespace ingot::agent
