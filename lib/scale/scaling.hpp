// SPDX-License-Identifier: Apache-2.0
// A cluster whose nodes are being changed: what was found, what shall come and go, and what the steps of
// the plan hand to one another. A step reads only what a step that it needs has written; the executor orders
// the two. Internal to lib/scale.
#pragma once

#include "base/wait.hpp"
#include "boot/load_balancer.hpp"
#include "boot/node_files.hpp"
#include "cluster/balancer.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"
#include "pki/cluster_pki.hpp"
#include "plan/plan.hpp"
#include "scale/leading.hpp"
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
  std::string restart_policy;  // as NodeSpec has it
  std::string cri_socket;      // annotation of its Node; may be empty
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

// What has to be before a cluster that was created with one control plane gets more.
struct Ground {
  bool lacks_balancer = false;
  std::string half_made;   // the name of one that an interrupted change left so; empty: there is none
  node::Addresses pinned;  // for one that is to be made
  std::optional<cluster::PlannedBalancer> balancer;  // that one
  std::vector<std::string> missing_images;
  std::string listens;             // the address of this machine at which users reach the API
  std::vector<std::string> names;  // for which the API server does not stand yet
  std::string lone_etcd;           // the manifest of an etcd whose pace is for one; empty: it is for several
};

struct Scaling {
  node::Host& host;
  Request request;
  Options options;
  bool engine_is_local = true;
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
  std::vector<std::string> starting;  // workers that run and do not take pods yet
  int workers = 0;                    // that stay
  int control_planes = 0;
  std::string balancer_id;                   // empty: there is none, or it is yet to be made
  boot::LoadBalancer balancer;               // with the API servers that were found
  bool balancer_is_behind = false;           // it does not lead to all of them, and to no others
  std::vector<boot::ApiServer> api_servers;  // to which it shall lead
  Ground ground;
  Leading leading;

  [[nodiscard]] bool pins() const;
  [[nodiscard]] const Pattern& pattern_of(const NewNode& node) const;
  [[nodiscard]] bool adds_control_planes() const;
  // There is one, or will be.
  [[nodiscard]] bool has_balancer() const { return !balancer_id.empty() || ground.balancer; }
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
                              const Options& options, bool engine_is_local, const std::stop_token& stop);

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
// The load balancer that the cluster lacks, and what else has to be before control planes come.
// Error{unsupported} where it cannot have one.
void observe_ground(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop);
// What does not lead to the load balancer yet, where there is one or will be.
void observe_leading(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop);
// A file or an object's text as it shall be: led_to() the load balancer, and with an etcd that is not alone.
[[nodiscard]] std::string led_text(const Scaling& scaling, const std::vector<std::string>& control_planes,
                                   std::string_view text);
void observe_led_nodes(Scaling& scaling, const std::vector<node::Node>& nodes,
                       const std::vector<std::string>& control_planes, const std::stop_token& stop);
void observe_led_objects(Scaling& scaling, const std::vector<std::string>& control_planes,
                         const std::stop_token& stop);
void observe_led_kubeconfigs(Scaling& scaling, const std::vector<std::string>& control_planes,
                             const std::stop_token& stop);
// Parts of observe().
[[nodiscard]] std::vector<std::string> names_of(const std::vector<node::Node>& nodes);
[[nodiscard]] std::vector<std::string> names_of(const std::vector<node::Node>& nodes, std::string_view role);
// One more that goes: drained, where it can be. The reference holds until the next one.
GoingNode& let_go(Scaling& scaling, const node::Node& node, const NodeObjects& objects,
                  const std::string& cause);
// The same with what an interrupted change left half made.
GoingNode& clear_away(Scaling& scaling, const node::Node& node, const NodeObjects& objects);
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

// Makes a container of this cluster. What an interrupted change had asked the engine for under its name, and
// comes a moment later, goes.
[[nodiscard]] std::string make_container(Scaling& scaling, const node::NodeSpec& spec,
                                         const std::stop_token& stop);
// By its name; false where no container of this cluster has it.
bool remove_container(Scaling& scaling, const std::string& name, const std::stop_token& stop);

// Parts of the plan; `scaling` must outlive it. Removals come first: names are used again.
void add_removal_steps(plan::Plan& plan, Scaling& scaling);
// What has to be before nodes join; the ids of the last ones.
[[nodiscard]] std::vector<std::string> add_ground_steps(plan::Plan& plan, Scaling& scaling);
// `needs`: before they join.
void add_joining_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);
// Lead to the load balancer what does not, after `needs`: nodes; objects, with the ids of what new nodes must
// find done; the user.
void add_led_node_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);
[[nodiscard]] std::vector<std::string> add_led_object_steps(plan::Plan& plan, Scaling& scaling,
                                                            const std::vector<std::string>& needs);
void add_kubeconfig_step(plan::Plan& plan, Scaling& scaling, std::vector<std::string> needs);
// When several control planes are Ready where there was one: the cluster's name servers on more than one
// node.
void add_dns_step(plan::Plan& plan, Scaling& scaling);
// Steps that take control planes out of etcd and away from the load balancer, after `needs`; each GoingNode
// with a peer_url gets "node/<name>/member".
void add_leaving_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs);
// For each that comes: "node/<name>/member" before it has its files, what follows "node/<name>/start", and at
// the end, once, the load balancer.
void add_member_step(plan::Plan& plan, Scaling& scaling, NewNode& node, std::vector<std::string> needs);
void add_promotion_steps(plan::Plan& plan, Scaling& scaling, NewNode& node);
void add_entrance_step(plan::Plan& plan, Scaling& scaling);
// Users are led to it when it leads to all of them: the id of that step, or `otherwise`.
[[nodiscard]] std::vector<std::string> after_entrance(const plan::Plan& plan,
                                                      std::vector<std::string> otherwise);
// After "node/<name>/start" of those that come; for those that are starting already, too.
void add_waiting_steps(plan::Plan& plan, Scaling& scaling);

// Moves the pods of a node that takes no new ones any more. Error{timed_out} with what held each of those
// that are left.
void drain(Scaling& scaling, const std::string& node, plan::StepContext& context);
// Error{already_exists} when `node` has pods that nobody would make again.
void refuse_lost_pods(kube::Client& api, const std::string& node, const std::stop_token& stop);

}  // namespace ingot::scale
