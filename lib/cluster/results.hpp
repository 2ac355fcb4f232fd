// SPDX-License-Identifier: Apache-2.0
// What the cluster verbs take and give: plain values, the promise behind `-o json`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ingot::cluster {

enum class Bootstrap { automatic, native, kubeadm };

struct KubeconfigTarget {
  bool write = true;
  std::string explicit_path;  // --kubeconfig; empty: KUBECONFIG's rules
  std::string kubeconfig_env;
  std::string home;
};

// How long a create waits for a useful cluster before it ends without one. Nodes must have registered.
struct Patience {
  std::chrono::milliseconds control_planes{0};  // until they are Ready
  std::chrono::milliseconds rest{0};            // until everything else is as it shall be
};

struct CreateOptions {
  Bootstrap bootstrap = Bootstrap::automatic;
  bool wait = true;  // false: return when the API server has everything, nodes may still be starting
  std::chrono::milliseconds timeout{300'000};
  std::optional<Patience> patience;  // with `wait`: what is late then is no failure
  bool keep_on_failure = false;
  std::string image;                 // overrides the image of every node; empty: the file's, else the default
  std::string network;               // empty: "kind"
  std::vector<std::string> subnets;  // of the network, when it is made: CIDRs, one of each family at most
  // What the engine does with nodes that ended without having been stopped, also when it starts again itself:
  // "no", "on-failure" (kind's: tries once), "unless-stopped". Empty: on-failure.
  std::string restart_policy;
  KubeconfigTarget kubeconfig;
  std::string cache_dir;  // where renderings of an image's kubeadm are kept; empty: nowhere
  std::string tool_version;
  // Handed to the nodes as kind does: HTTP_PROXY and friends, "NAME=value".
  std::vector<std::string> proxy_env;
  std::vector<std::string> node_env;  // handed to every node as it is, "NAME=value"
};

struct Phase {
  std::string name;
  std::chrono::milliseconds at{0};  // end, since the operation started
  std::chrono::milliseconds elapsed{0};
};

struct CreateResult {
  std::string name;
  std::string context;
  std::string endpoint;
  std::string kubeconfig_path;  // empty: none written
  std::string image;
  std::string kubernetes_version;
  Bootstrap bootstrap = Bootstrap::native;  // the one taken
  std::string bootstrap_reason;             // why not the native one; empty otherwise
  std::vector<std::string> nodes;
  std::vector<std::string> late_nodes;  // not Ready when patience with them ended
  std::string
      not_awaited;  // what a create usually waits for and this one did not, and why; a sentence, or empty
  std::vector<Phase> phases;
  std::chrono::milliseconds elapsed{0};
};

struct ClusterSummary {
  std::string name;
  std::string state;  // Running, Stopped, Partial, Creating
  int control_planes = 0;
  int workers = 0;
  int running = 0;  // of these two
  std::string image;
  std::chrono::system_clock::time_point created;
  std::optional<std::chrono::system_clock::time_point> expires;  // see cluster/expiry.hpp
  std::map<std::string, std::string> labels;  // those of the engine that all its nodes have, with one value
};

struct NodeSummary {
  std::string name;
  std::string cluster;
  std::string role;  // control-plane, worker, external-load-balancer
};

struct NodeStatus {
  std::string name;
  std::string role;  // control-plane, worker, external-load-balancer
  // Ready, NotReady, Recovering (started again a moment ago), Paused, Stopped, Unknown; a load balancer is
  // Running.
  std::string state;
  std::string detail;
  std::string version;
  std::string address;
  std::string image;
  std::string container_id;
  std::optional<std::chrono::system_clock::time_point> started;
  bool was_started_again = false;                                 // it ran before
  std::optional<std::chrono::system_clock::time_point> reported;  // by its kubelet, last; whole seconds
  std::optional<double> cpu_cores;                                // used now
  std::optional<std::uint64_t> memory_bytes;
};

struct ComponentStatus {
  std::string name;  // "API server", "etcd", "scheduler", "controller manager", "CNI", "DNS", "storage class"
  bool healthy = false;
  std::string detail;
};

struct ClusterStatus {
  std::string name;
  std::string state;  // as ClusterSummary's, or Recovering while nodes that were started again come back
  std::string endpoint;
  std::string kubernetes_version;
  std::optional<std::chrono::system_clock::time_point> expires;
  std::vector<NodeStatus> nodes;
  std::vector<ComponentStatus> components;
  [[nodiscard]] bool healthy() const;
};

struct DeleteOptions {
  KubeconfigTarget kubeconfig;
  std::chrono::milliseconds timeout{60'000};  // of the whole deletion; then Error{timed_out}
  bool only_expired = false;                  // a cluster whose time is not over stays
};

struct DeleteResult {
  std::string name;
  std::vector<std::string> nodes;        // containers removed
  std::vector<std::string> kubeconfigs;  // files changed
  bool stayed = false;                   // only_expired, and its time is not over
  [[nodiscard]] bool found() const { return !nodes.empty() || !kubeconfigs.empty(); }
};

struct ExtendResult {
  std::string name;
  std::optional<std::chrono::system_clock::time_point> expires;  // unset: never any more
};

struct PruneOptions {
  // What is younger stays: somebody may be at work on it.
  std::chrono::milliseconds older_than{std::chrono::hours(1)};
  KubeconfigTarget kubeconfig;
  std::chrono::milliseconds timeout{60'000};  // of the whole removal; then Error{timed_out}
};

// Something that nobody needs any more.
struct Remnant {
  std::string type;  // "node", "container", "network", "volume", "context"
  std::string name;
  std::string id;      // of the engine; of a context, empty
  std::string reason;  // a clause
  [[nodiscard]] bool operator==(const Remnant&) const = default;
};

}  // namespace ingot::cluster
