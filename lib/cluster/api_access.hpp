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
[[nodiscard]] std::optional<std::string> published_endpoint(const docker::ContainerInfo& entrance);

// The control plane among `nodes` to ask: the first that runs, else the first (the one without a number).
// Null when there is none.
[[nodiscard]] const node::Node* first_control_plane(const std::vector<node::Node>& nodes);

// The container whose port users reach the API by: the load balancer, or the only control plane. Null when
// there is neither.
[[nodiscard]] const node::Node* entrance_of(const std::vector<node::Node>& nodes);

// What is in `file` (below /etc/kubernetes) on a control plane, with the endpoint that `entrance` publishes
// as server. Error{not_found} when it is not there yet.
[[nodiscard]] kubeconfig::Access read_access(node::Host& host, const std::string& control_plane,
                                             const std::string& entrance, const std::string& file,
                                             const std::stop_token& stop);

// `entrance`: a name of the API server that its certificate holds.
[[nodiscard]] std::unique_ptr<kube::Client> make_api(const kubeconfig::Access& access,
                                                     const std::string& entrance);

// The two for the administrator: through the port that `entrance` publishes, by `name`.
[[nodiscard]] std::unique_ptr<kube::Client> admin_api(node::Host& host, const std::string& control_plane,
                                                      const std::string& entrance, const std::string& name,
                                                      const std::stop_token& stop);

}  // namespace ingot::cluster
