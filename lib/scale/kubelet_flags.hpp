// SPDX-License-Identifier: Apache-2.0
// A node that joins is configured as one that is there: what of a node's own is in that one's files is put
// right here. Pure. Internal to lib/scale.
#pragma once

#include <string>
#include <vector>

namespace ingot::scale {

// kubeadm-flags.env of a node as the one of another node: with its addresses and provider, without labels,
// taints and name of the first. Other arguments stay, whoever asked for them.
[[nodiscard]] std::string kubelet_flags_for(const std::string& flags,
                                            const std::vector<std::string>& addresses,
                                            const std::string& provider_id);

// The environment of a node's container as the one of a new worker named `names.front()`: all `names` are
// reached without a proxy, where there is one.
[[nodiscard]] std::vector<std::string> environment_for(const std::vector<std::string>& environment,
                                                       const std::vector<std::string>& names);

}  // namespace ingot::scale
