// SPDX-License-Identifier: Apache-2.0
#include "cluster/status.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "cluster/components.hpp"
#include "cluster/expiry.hpp"
#include "cluster/list.hpp"
#include "cluster/membership.hpp"
#include "node/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace ingot::cluster {

namespace {

constexpr std::chrono::milliseconds kUsageWindow{250};

// As far as the engine knows; Kubernetes tells the rest. It does not know the load balancer.
std::string state_of(const node::Node& node) {
  if (node.state != "running") {
    return node.state == "paused" ? "Paused" : "Stopped";
  }
  return node.role == node::kLoadBalancerRole ? "Running" : "Unknown";
}

NodeStatus describe(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  NodeStatus status{.name = node.name,
                    .role = node.role,
                    .state = state_of(node),
                    .detail = node.state == "running" ? "" : "container is " + node.state,
                    .address = node.address,
                    .image = node.image,
                    .container_id = node.id.substr(0, 12)};
  if (node.state != "running") {
    return status;
  }
  if (const auto info = host.inspect(node.id, stop)) {
    status.started = base::parse_rfc3339(info->started_at);
    status.was_started_again = base::parse_rfc3339(info->finished_at).has_value();  // of an earlier run
  }
  try {
    const auto usage = node::measure(host, node.id, kUsageWindow, stop);
    status.cpu_cores = usage.cpu_cores;
    status.memory_bytes = usage.memory_bytes;
  } catch (const base::Error& error) {  // stopped between two looks, say
    status.detail = error.failure().message;
  }
  return status;
}

// All nodes at once; a node whose description fails says so.
std::vector<NodeStatus> describe_all(node::Host& host, const std::vector<node::Node>& nodes,
                                     const std::stop_token& stop) {
  std::vector<NodeStatus> described(nodes.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        described[i] = describe(host, nodes[i], stop);
      } catch (const base::Cancelled&) {  // the caller checks its stop token
        return;
      } catch (...) {
        described[i].name = nodes[i].name;
        described[i].role = nodes[i].role;
        described[i].state = "Unknown";
        described[i].detail = base::current_failure().message;
      }
    });
  }
  return described;
}

}  // namespace

namespace {

// How long a node that was started again is given before it is sick.
constexpr std::chrono::minutes kTimeToRecover{2};

// What Kubernetes knows of a node that runs. A node that was started again is not as ready as it was before.
void take_over(NodeStatus& node, const NodeStatus& seen) {
  const bool is_old_news =
      node.started && seen.reported && *seen.reported + std::chrono::seconds(1) < *node.started;
  const bool is_silent = seen.state == "Ready" && is_old_news;
  node.state = is_silent ? "NotReady" : seen.state;
  node.detail = is_silent ? "its kubelet has not reported since the node was started" : seen.detail;
  node.version = seen.version;
  node.reported = seen.reported;
  node.address = seen.address.empty() ? node.address : seen.address;
}

// After a restart of the node, of its engine or of the machine.
bool may_recover(const NodeStatus& node, std::chrono::system_clock::time_point now) {
  return node.was_started_again && node.started && now - *node.started < kTimeToRecover;
}

void tell_recovery(NodeStatus& node, std::chrono::system_clock::time_point now) {
  const bool is_down = node.state == "Unknown" || node.state == "NotReady";
  if (!is_down || !may_recover(node, now)) {
    return;
  }
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *node.started);
  node.state = "Recovering";
  node.detail = fmt::format("started again {}s ago: {}", std::max<std::int64_t>(age.count(), 0),
                            node.detail.empty() ? "the API server does not answer yet" : node.detail);
}

}  // namespace

ClusterStatus status(node::Host& host, const std::string& name, const std::stop_token& stop) {
  const auto nodes = require_nodes(host, name, stop);
  ClusterStatus status{.name = name};
  std::vector<ComponentStatus> components;
  std::jthread asking([&] { components = look_at_components(host, nodes, status, stop); });
  auto described = describe_all(host, nodes, stop);
  asking.join();
  base::check_stop(stop);
  for (auto& node : described) {
    for (const auto& seen : status.nodes) {
      if (seen.name == node.name && node.state == "Unknown") {
        take_over(node, seen);
      }
    }
    tell_recovery(node, std::chrono::system_clock::now());
  }
  status.nodes = std::move(described);
  status.components = std::move(components);
  status.expires = expiry_of(host, nodes, name, stop);
  const auto comes_back = [now = std::chrono::system_clock::now()](const NodeStatus& node) {
    return may_recover(node, now);
  };
  status.state = summarize(nodes).front().state;
  if (status.state == "Running" && !status.healthy() && std::ranges::any_of(status.nodes, comes_back)) {
    status.state = "Recovering";
  }
  return status;
}

std::string export_kubeconfig(node::Host& host, const std::string& name, bool internal,
                              const std::stop_token& stop) {
  const auto nodes = require_nodes(host, name, stop);
  const auto* control_plane = first_control_plane(nodes);
  if (control_plane == nullptr) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("cluster '{}' has no control plane", name));
  }
  const std::string& entrance = entrance_of(nodes)->name;
  auto access = read_access(host, control_plane->name, entrance, "admin.conf", stop);
  if (internal) {
    access.server = fmt::format("https://{}:{}", entrance, node::kApiPort);
  }
  const std::string entry = kubeconfig::entry_name(name);
  return kubeconfig::make_kubeconfig({.cluster = entry, .user = entry, .context = entry}, access);
}

}  // namespace ingot::cluster
