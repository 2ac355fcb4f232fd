// SPDX-License-Identifier: Apache-2.0
// A cluster whose workers are being changed: what was found, what shall come and go, and what the steps of
// the plan hand to one another. A step reads only what a step that it needs has written; the executor orders
// the two. Internal to lib/scale.
#pragma once

#include "base/wait.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"
#include "pki/certificate.hpp"
#include "plan/plan.hpp"
#include "scale/results.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ingot::scale {

// A node that stays, as the API knows it.
struct Peer {
  std::string name;
  std::string id;
  bool runs = false;
  std::vector<std::string> addresses;
  std::vector<std::string> pod_cidrs;
};

struct NewWorker {
  std::string name;
  node::Addresses pinned;  // empty where the engine chooses
  // Written by steps (the addresses, where they are pinned, before):
  std::vector<std::string> addresses;
  std::string id;
  std::vector<std::string> pod_cidrs;
};

struct GoingWorker {
  std::string name;
  std::string id;           // of its container; empty: there is none any more
  bool is_known = false;    // the API has a Node of the name
  bool drains = false;      // its pods are moved before
  bool is_remains = false;  // of a change that was interrupted
  std::string cause;
  std::vector<std::string> pod_cidrs;
  // Written by steps:
  bool is_gone = false;  // its container; nothing brings it back
};

// How a new worker is made: as the cluster's first one that runs, else as its control plane.
struct Pattern {
  std::string image;
  std::vector<std::string> environment;
  std::string network;
  std::vector<bool> families;  // true: IPv6; the more important one first
  std::string containerd;      // the tar of /etc/containerd
  std::string kubelet_config;
  std::string kubelet_flags;
  std::string instance_config;  // may be empty
  std::string cri_socket;       // annotation of its Node; may be empty
};

// What all workers share.
struct ClusterFacts {
  std::optional<pki::Authority> authority;
  std::string endpoint;            // host by which nodes reach the API
  std::string control_plane;       // by name: the one that is asked
  std::string control_plane_id;    // its container
  std::string bootstrap;           // the label's value; empty on what kind made
  std::string service_address;     // of the API; empty where nothing of ours shall lead there
  std::string cni;                 // the DaemonSet of a network that ingot knows, else empty
  bool shares_pod_subnet = false;  // the controller manager gives every Node its share
};

struct Scaling {
  node::Host& host;
  Request request;
  Options options;
  base::Clock::time_point deadline;
  std::string cluster;
  std::unique_ptr<kube::Client> api;
  ClusterFacts facts;
  Pattern pattern;
  node::EngineFacts engine;
  std::vector<Peer> peers;
  std::vector<NewWorker> coming;
  std::vector<GoingWorker> going;
  std::vector<std::string> starting;  // workers that run and are not Ready yet
  int workers = 0;                    // that stay

  [[nodiscard]] bool pins() const;
  // Of a node's addresses those of the cluster's families, the more important one first.
  [[nodiscard]] std::vector<std::string> in_order(const node::Addresses& addresses) const;
};

// The containers of a cluster, and the control plane that is asked. Error{not_found} when no container
// carries the name (or the nodes to remove), Error{already_exists} when no control plane runs, or none was
// ever finished.
struct Found {
  std::string cluster;
  std::vector<node::Node> nodes;
  node::Node control_plane;
};
[[nodiscard]] Found find_cluster(node::Host& host, const Request& request, const std::stop_token& stop);

// What is to be done. Error{already_exists} with the pods that would be lost.
[[nodiscard]] Scaling observe(node::Host& host, const Found& found, const Request& request,
                              const Options& options, const std::stop_token& stop);

// Reads what new workers are made after.
void read_pattern(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop);

// "node/demo-worker2/start"
[[nodiscard]] std::string step_id(const std::string& node, std::string_view what);
[[nodiscard]] std::string node_path(const std::string& node);
// Of /api/v1/pods: those bound to the node.
[[nodiscard]] std::string pods_query(const std::string& node);

// Parts of the plan; `scaling` must outlive it. Removals come first: names are used again.
void add_removal_steps(plan::Plan& plan, Scaling& scaling);
void add_joining_steps(plan::Plan& plan, Scaling& scaling);
// After "node/<name>/start" of those that come; for those that are starting already, too.
void add_waiting_steps(plan::Plan& plan, Scaling& scaling);

// Moves the pods of a node that takes no new ones any more. Error{timed_out} with what held each of those
// that are left.
void drain(Scaling& scaling, const std::string& node, plan::StepContext& context);
// Error{already_exists} when `node` has pods that nobody would make again.
void refuse_lost_pods(kube::Client& api, const std::string& node, const std::stop_token& stop);

}  // namespace ingot::scale
