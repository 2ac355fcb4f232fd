// SPDX-License-Identifier: Apache-2.0
// A cluster in the making: what was asked for, what was found, and the values that the steps of the plan hand
// to one another. A step reads only what a step that it needs has written; the executor orders the two.
#pragma once

#include "base/fd.hpp"
#include "boot/node_files.hpp"
#include "boot/objects.hpp"
#include "boot/rendering.hpp"
#include "cluster/balancer.hpp"
#include "cluster/results.hpp"
#include "config/cluster_spec.hpp"
#include "kube/client.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/host.hpp"
#include "pki/cluster_pki.hpp"
#include "plan/plan.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ingot::cluster {

// Left on a control plane when a create has come to its end.
inline constexpr std::string_view kCompleteFile = "/kind/ingot-complete";

struct PlannedNode {
  const config::NodeSpec* spec = nullptr;
  std::string name;
  std::string image;
  bool control_plane = false;
  // Written by steps:
  std::string address;                 // by which the cluster knows it
  std::vector<std::string> addresses;  // that one first; two in dual-stack clusters
  node::Addresses pinned;              // empty where the engine chooses
  std::string id;
  std::vector<base::Fd> held_ports;  // host ports chosen by us, kept taken until the container starts
  std::vector<docker::PortBinding> ports;
  bool late = false;  // patience ended before it was Ready
};

struct Creation {
  node::Host& host;
  const config::ClusterSpec& spec;
  const CreateOptions& options;
  bool engine_is_local = true;

  // Observed before the plan is made:
  node::EngineFacts facts;
  std::vector<PlannedNode> nodes;           // control planes first
  std::optional<PlannedBalancer> balancer;  // of several control planes
  Bootstrap bootstrap = Bootstrap::native;
  std::string bootstrap_reason;
  std::string expires;  // the label; empty: never
  std::string run_id;   // the label by which it knows its own containers
  std::vector<std::string> missing_images;
  bool network_exists = false;
  base::Clock::time_point deadline;

  // Written by steps:
  std::string network;
  std::vector<std::string> network_subnets;  // only where proxies must not be used for them
  bool addresses_pinned = false;
  std::string image_id;  // of the first control plane
  boot::Rendering rendering;
  std::optional<pki::ClusterPki> pki;
  boot::ClusterObjects objects;
  std::unique_ptr<kube::Client> api;
  std::string endpoint;
  kubeconfig::Access admin;  // of the kubeconfig that the user gets
  std::string kubeconfig_path;
  std::optional<base::Failure> kubeconfig_failure;

  [[nodiscard]] PlannedNode& control_plane() { return nodes.front(); }
  [[nodiscard]] const PlannedNode& control_plane() const { return nodes.front(); }
  // The container by whose name all nodes, and by whose port users reach the API.
  [[nodiscard]] const std::string& entrance() const;
  [[nodiscard]] std::string service_address() const;  // first of the service subnet: the API's
  // Of a node's addresses those of the cluster's families, the most important one first.
  [[nodiscard]] std::vector<std::string> in_order(const node::Addresses& addresses) const;
  [[nodiscard]] node::NetworkWish network_wish() const;
};

// Engine and images looked at; Error{already_exists} when containers carry the name.
[[nodiscard]] Creation observe(node::Host& host, const config::ClusterSpec& spec,
                               const CreateOptions& options, bool engine_is_local,
                               const std::stop_token& stop);

// The whole plan. `creation` must outlive it.
[[nodiscard]] plan::Plan make_plan(Creation& creation);

// Parts of it. Step ids: "node/<name>/start" and "api" are what later steps wait for.
void add_image_steps(plan::Plan& plan, Creation& creation);
void add_network_step(plan::Plan& plan, Creation& creation);
// Asks the engine for the addresses of a node that runs. Error{engine_refused} when it has none of a family.
void read_addresses(const Creation& creation, PlannedNode& node, const std::stop_token& stop);
void add_node_create_step(plan::Plan& plan, Creation& creation, PlannedNode& node);
void add_node_start_step(plan::Plan& plan, Creation& creation, PlannedNode& node,
                         std::vector<std::string> needs);
// Undoes the creation of a container by its name: the engine may have made it although its answer never came.
// Nothing where another create made the one of that name.
[[nodiscard]] std::function<void(const std::stop_token&)> remove_container(Creation& creation,
                                                                           const std::string& name);
// "load-balancer/start" is what later steps wait for; nothing where there is but one control plane.
void add_load_balancer_steps(plan::Plan& plan, Creation& creation);
void add_load_balancer_readiness_step(plan::Plan& plan, Creation& creation);
void add_native_steps(plan::Plan& plan, Creation& creation);
void add_kubeadm_steps(plan::Plan& plan, Creation& creation);
void add_kubeconfig_step(plan::Plan& plan, Creation& creation);
void add_readiness_steps(plan::Plan& plan, Creation& creation);
// See CreateResult.
[[nodiscard]] std::string not_awaited(const config::ClusterSpec& spec);

}  // namespace ingot::cluster
