// SPDX-License-Identifier: Apache-2.0
// How to reach a cluster's API server: its published endpoint, and the identity of its administrator, both
// read from the control plane's container. Nothing is remembered on this machine.
#pragma once

#include "docker/types.hpp"
#include "kube/client.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/host.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

// "https://127.0.0.1:40123", or nothing when the API server's port is not published (a stopped container).
[[nodiscard]] std::optional<std::string> published_endpoint(const docker::ContainerInfo& control_plane);

// The first control plane among `nodes`: the one without a number. Null when there is none.
[[nodiscard]] const node::Node* first_control_plane(const std::vector<node::Node>& nodes);

// What is in `file` (below /etc/kubernetes) on a control plane, with the published endpoint as server.
// Error{not_found} when it is not there yet.
[[nodiscard]] kubeconfig::Access read_access(node::Host& host, const std::string& control_plane,
                                             const std::string& file, const std::stop_token& stop);

[[nodiscard]] std::unique_ptr<kube::Client> make_api(const kubeconfig::Access& access,
                                                     const std::string& control_plane);

}  // namespace ingot::cluster
