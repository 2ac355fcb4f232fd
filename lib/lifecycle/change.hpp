// SPDX-License-Identifier: Apache-2.0
// A cluster that is being changed, or some of its nodes: the containers as they were found, and what the
// steps of the plan hand to one another. A step reads only what a step that it needs has written; the
// executor orders the two. Internal to lib/lifecycle.
#pragma once

#include "base/wait.hpp"
#include "kube/client.hpp"
#include "lifecycle/results.hpp"
#include "node/host.hpp"
#include "plan/plan.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::lifecycle {

using Time = std::chrono::system_clock::time_point;

struct Member {
  node::Node node;
  // Written by steps:
  std::optional<Time> started;  // whole seconds
  bool changed = false;

  [[nodiscard]] bool is_node() const { return node.role != node::kLoadBalancerRole; }
  [[nodiscard]] bool is_control_plane() const { return node.role == node::kControlPlaneRole; }
  [[nodiscard]] bool is_paused() const { return node.state == "paused"; }
  // Paused ones run, too, as the engine sees it.
  [[nodiscard]] bool runs() const { return node.state == "running" || is_paused(); }
  // "node/kind-worker/stop"
  [[nodiscard]] std::string step(std::string_view what) const;
};

struct Change {
  node::Host& host;
  std::string name;
  Options options;
  std::vector<Member> members;  // that are to be changed, control planes first
  std::vector<Member> others;   // that stay as they are; of a whole cluster none
  base::Clock::time_point deadline;
  // For requests that will be taken back when the step is interrupted: an engine may act on one whose sender
  // has gone, after it was taken back. So their end is waited for, unless the user does not want to.
  std::stop_token abandon = {};

  // Written by steps:
  std::unique_ptr<kube::Client> api;  // of teller()
  std::string dns_address;            // of its service; empty: there is none to wait for

  [[nodiscard]] bool is_whole() const { return others.empty(); }
  // "cluster 'kind'", "node 'kind-worker'", "nodes 'kind-worker', 'kind-worker2'"
  [[nodiscard]] std::string subject() const;
  // "ingot cluster stop kind", "ingot node stop kind-worker"
  [[nodiscard]] std::string command(const std::string& verb) const;
  // All containers of the cluster.
  [[nodiscard]] std::vector<node::Node> nodes() const;
  // The control plane that is asked how things are: one of those that are started, else one that runs. Null
  // where there is none.
  [[nodiscard]] const Member* teller() const;
  // Whether its API can answer: etcd does as long as more than half of its members do.
  [[nodiscard]] bool has_quorum() const;
  // Among the members; null where there is none.
  [[nodiscard]] const Member* balancer() const;
  [[nodiscard]] bool any_runs() const;
  [[nodiscard]] bool any_paused() const;
};

// Error{not_found} when no container carries the name of the cluster, or of a node; Error{invalid_input} for
// nodes of several clusters.
[[nodiscard]] Change observe(node::Host& host, const Target& target, const Options& options,
                             const std::stop_token& stop);

// The API server of one control plane, whether or not there is a load balancer, as the administrator.
[[nodiscard]] std::unique_ptr<kube::Client> own_api(Change& change, const Member& control_plane,
                                                    const std::stop_token& stop);

// Runs `act` with the API server of a control plane that runs: the first with which it comes to its end
// within `patience`. False: with none.
using ApiCalls = std::function<void(kube::Client&, const std::stop_token&)>;
bool with_any_api(Change& change, std::chrono::milliseconds patience, const ApiCalls& act,
                  const std::stop_token& stop);

// Plans. `change` must outlive them.
[[nodiscard]] plan::Plan plan_stop(Change& change);
[[nodiscard]] plan::Plan plan_start(Change& change);
[[nodiscard]] plan::Plan plan_pause(Change& change);
[[nodiscard]] plan::Plan plan_resume(Change& change);

// What a start waits for. `started`: the steps that start control planes; without any, another one that runs
// tells how things are. teller() must not be null.
void add_waiting_steps(plan::Plan& plan, Change& change, const std::vector<std::string>& started);

}  // namespace ingot::lifecycle
