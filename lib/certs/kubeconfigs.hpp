// SPDX-License-Identifier: Apache-2.0
// The administrator's certificate in the user's kubeconfig files. Internal to lib/certs.
#pragma once

#include "certs/places.hpp"
#include "cluster/results.hpp"

#include <string>
#include <vector>

namespace ingot::certs {

// One for each file with an entry of this cluster, and not of another one that had its name: `control_plane`
// has its authority. Files that cannot be read are left out.
[[nodiscard]] std::vector<Place> kubeconfig_places(const NodeFiles& control_plane,
                                                   const cluster::KubeconfigTarget& target);

}  // namespace ingot::certs
