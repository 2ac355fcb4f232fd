// SPDX-License-Identifier: Apache-2.0
// A cluster whose nodes are being changed: what was found, what shall come and go, and what the steps of
// the plan hand to one another. A step reads only what a step that it needs has written; the executor orders
// the two. Internal to lib/scale.
#pragma once

#include "base/wait.hpp"
#include "boot/load_balancer.hpp"
#include "boot/node_files.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"
#include "pki/cluster_pki.hpp"
#include "plan/plan.hpp"
#include "scale/results.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
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

struct NewNode {
  std::string name;
  bool control_plane = false;
  node::Addresses pinned;  // empty where the engine chooses
  // Written by steps (the addresses, where they are pinned, before):
  std::vector<std::string> addresses;
  std::string id;
  std::vector<std::string> pod_cidrs;
  std::string etcd_members;  // as its etcd wants to have them

  [[nodiscard]] std::string peer_url() const;  // of its etcd
};

struct GoingNode {
  std::string name;
  bool control_plane = false;
  std::string id;           // of its container; empty: there is none any more
  bool is_known = false;    // the API has a Node of the name
  bool drains = false;      // its pods are moved before
  bool is_remains = false;  // of a change that was interrupted
  std::string cause;
  std::vector<std::string> pod_cidrs;
  std::string peer_url;  // of a control plane that is a member of etcd
  // Written by steps:
  bool is_gone = false;  // nothing brings it back
};

// How a new node is made: a worker as the cluster's first one that runs, else as its control plane; a control
// plane as the one that is asked.
struct Pattern {
  std::string image;
  std::vector<std::string> environment;
  std::string network;
  std::string containerd;  // the tar of /etc/containerd
  std::string kubelet_config;
  std::string kubelet_flags;
  std::string instance_config;  // may be empty
  config::Limits limits;
  std::string cri_socket;  // annotation of its Node; may be empty
};

// What a control plane has besides.
struct ControlPlanePattern {
  std::map<std::string, std::string> static_pods;  // "etcd.yaml" to text, of the one that is asked
  std::vector<std::string> addresses;              // that stand in them
  std::string kubeadm_config;
  std::string service_address;     // of the API
  std::vector<std::string> names;  // of the API server's certificate, without its node's own
  int kubernetes_minor = 0;
  pki::IssuedCertificate admin;
  std::optional<pki::ClusterAuthorities> authorities;
};

// What all nodes share.
struct ClusterFacts {
  std::optional<pki::Authority> authority;
  std::vector<bool> families;      // of addresses; true: IPv6; the more important one first
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
  Pattern pattern;                // of workers
  Pattern control_plane_pattern;  // and, of control planes
  ControlPlanePattern control_plane_files;
  node::EngineFacts engine;
  std::vector<Peer> peers;
  std::vector<NewNode> coming;
  std::vector<GoingNode> going;
  std::vector<std::string> strays;    // etcd's members that no container belongs to: their URLs
  std::vector<std::string> starting;  // workers that run and are not Ready yet
  int workers = 0;                    // that stay
  int control_planes = 0;
  std::string balancer_id;                   // empty: there is none
  boot::LoadBalancer balancer;               // with the API servers that were found
  bool balancer_is_behind = false;           // it does not lead to all of them, and to no others
  std::vector<boot::ApiServer> api_servers;  // to which it shall lead

  [[nodiscard]] bool pins() const;
  [[nodiscard]] const Pattern& pattern_of(const NewNode& node) const;
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

// Reads what new nodes are made after.
void read_pattern(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop);
// And, for control planes.
void read_control_plane(Scaling& scaling, const std::stop_token& stop);
[[nodiscard]] std::string require_file(Scaling& scaling, const std::string& id, const std::string& path,
                                       const std::stop_token& stop);

// What of control planes is to be done: `control_planes` are the containers, of which those that leave are
// taken out. Error{already_exists} for what would cost etcd its quorum, Error{unsupported} where the cluster
// cannot have more.
using NodeObjects = std::map<std::string, nlohmann::json>;
void observe_control_planes(Scaling& scaling, const std::vector<node::Node>& nodes,
                            const NodeObjects& objects, const std::stop_token& stop);
// Error{unsupported} when control planes are to come that the cluster cannot have.
void check_coming(const Scaling& scaling);
// Parts of observe().
[[nodiscard]] GoingNode going(const node::Node& node, const NodeObjects& objects);
[[nodiscard]] std::string why_not_drained(const Scaling& scaling, const node::Node& node, bool is_known);
// A container that was never given its files, or never started: whoever made it did not come further.
[[nodiscard]] bool is_half_made(node::Host& host, const node::Node& node, const std::stop_token& stop);

// "node/demo-worker2/start"
[[nodiscard]] std::string step_id(const std::string& node, std::string_view what);
[[nodiscard]] std::string node_path(const std::string& node);
// Of /api/v1/pods: those bound to the node.
[[nodiscard]] std::string pods_query(const std::string& node);

// The files with which a new control plane boots into the cluster.
[[nodiscard]] std::vector<tar::File> control_plane_files(const Scaling& scaling,
                                                         const boot::ClusterBoot& cluster,
                                                         const NewNode& node,
                                                         const boot::Rendering& rendering);

// Parts of the plan; `scaling` must outlive it. Removals come first: names are used again.
void add_removal_steps(plan::Plan& plan, Scaling& scaling);
void add_joining_steps(plan::Plan& plan, Scaling& scaling);
// Steps that take control planes out of etcd and away from the load balancer, after `needs`; each GoingNode
// with a peer_url gets "node/<name>/member".
void add_leaving_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);
// For each that comes: "node/<name>/member" before it has its files, what follows "node/<name>/start", and at
// the end, once, the load balancer.
void add_member_step(plan::Plan& plan, Scaling& scaling, NewNode& node, std::vector<std::string> needs);
void add_promotion_steps(plan::Plan& plan, Scaling& scaling, NewNode& node);
void add_entrance_step(plan::Plan& plan, Scaling& scaling);
// After "node/<name>/start" of those that come; for those that are starting already, too.
void add_waiting_steps(plan::Plan& plan, Scaling& scaling);

// Moves the pods of a node that takes no new ones any more. Error{timed_out} with what held each of those
// that are left.
void drain(Scaling& scaling, const std::string& node, plan::StepContext& context);
// Error{already_exists} when `node` has pods that nobody would make again.
void refuse_lost_pods(kube::Client& api, const std::string& node, const std::stop_token& stop);

}  // namespace ingot::scale
