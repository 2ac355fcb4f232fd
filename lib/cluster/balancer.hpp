// SPDX-License-Identifier: Apache-2.0
// The container in front of several control planes: made when a cluster is created with them, and when one
// that was created with one gets more. For lib/cluster and lib/scale.
#pragma once

#include "base/fd.hpp"
#include "boot/load_balancer.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::cluster {

struct PlannedBalancer {
  boot::Balancer program = boot::Balancer::haproxy;
  std::string name;
  std::string image;
  // Written by steps:
  node::Addresses pinned;  // empty where the engine chooses
  std::string id;
  std::vector<base::Fd> held_ports;  // kept taken until the container starts
  std::vector<docker::PortBinding> ports;
};

// The load balancer of a cluster, with the image it runs from: kind's Envoy where the engine has it, HAProxy
// where a node image brings it along, else Envoy, which joins `missing`.
[[nodiscard]] PlannedBalancer choose_balancer(node::Host& host, const std::string& cluster,
                                              std::vector<std::string>& missing, const std::stop_token& stop);

// Its container. `common`: what it shares with the cluster's nodes (cluster, network, families of addresses,
// environment, restart policy, labels).
[[nodiscard]] node::NodeSpec to_node_spec(const PlannedBalancer& balancer, node::NodeSpec common);

// Starts what was created, with its files; where users reach it ("https://127.0.0.1:40123").
// Error{engine_refused}, with what it said, when its port is not published.
std::string start_balancer(node::Host& host, PlannedBalancer& balancer, const boot::LoadBalancer& files,
                           const std::stop_token& stop);

}  // namespace ingot::cluster
