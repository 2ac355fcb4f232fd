// SPDX-License-Identifier: Apache-2.0
// `cluster certs show`: every certificate of a cluster, as its files are. Nothing of it needs to run, and no
// API is asked. Clusters are known by their labels alone: kind's are shown, too.
#pragma once

#include "certs/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::certs {

// Error{not_found} when no container carries the name. Certificates that cannot be read are in the listing,
// and no error.
[[nodiscard]] Listing show(node::Host& host, const std::string& cluster,
                           const cluster::KubeconfigTarget& kubeconfig, const std::stop_token& stop);

}  // namespace ingot::certs
