// SPDX-License-Identifier: Apache-2.0
// The certificate by which an API server proves who it is, for more names than it was issued for: a load
// balancer's, say, that came later. For clusters of whoever, as long as their authority's key is on the node.
#pragma once

#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::certs {

// Those of `names` for which the API server of a control plane (a container) does not stand. Error{not_found}
// when it has no certificate, Error{untrusted} for one that is none.
[[nodiscard]] std::vector<std::string> missing_names(node::Host& host, const std::string& control_plane,
                                                     const std::vector<std::string>& names,
                                                     const std::stop_token& stop);

// From now on it stands for them, too: a new certificate in place of the old one, which ends as that one
// would. The server goes on, and takes it as it is. Errors as before, and Error{command_failed}.
void stand_for(node::Host& host, const std::string& control_plane, const std::vector<std::string>& names,
               const std::stop_token& stop);

}  // namespace ingot::certs
