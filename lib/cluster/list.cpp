// SPDX-License-Identifier: Apache-2.0
#include "cluster/list.hpp"

#include "cluster/expiry.hpp"

#include <algorithm>
#include <map>

namespace ingot::cluster {

namespace {

std::string state_of(int all, int running, int paused) {
  if (running == all) {
    return "Running";
  }
  if (paused == all) {
    return "Paused";
  }
  return running == 0 ? "Stopped" : "Partial";
}

}  // namespace

std::vector<ClusterSummary> summarize(const std::vector<node::Node>& nodes) {
  std::map<std::string, ClusterSummary> by_name;
  std::map<std::string, int> running;
  std::map<std::string, int> paused;
  for (const auto& node : nodes) {
    auto [entry, is_new] = by_name.try_emplace(node.cluster);
    auto& summary = entry->second;
    summary.name = node.cluster;
    const auto created = std::chrono::system_clock::from_time_t(node.created);
    if (is_new || created < summary.created) {
      summary.created = created;
    }
    if (is_new) {
      summary.labels = node.labels;
    }
    std::erase_if(summary.labels, [&](const auto& label) {
      const auto same = node.labels.find(label.first);
      return same == node.labels.end() || same->second != label.second;
    });
    const bool runs = node.state == "running";
    running[node.cluster] += runs ? 1 : 0;
    summary.running += runs && node.role != node::kLoadBalancerRole ? 1 : 0;
    paused[node.cluster] += node.state == "paused" ? 1 : 0;
    if (node.role == node::kControlPlaneRole) {
      ++summary.control_planes;
      summary.image = node.image;
    } else if (node.role == node::kWorkerRole) {
      ++summary.workers;
    }
  }
  std::vector<ClusterSummary> summaries;
  for (auto& [name, summary] : by_name) {
    const auto all = std::ranges::count(nodes, name, &node::Node::cluster);
    summary.state = state_of(static_cast<int>(all), running[name], paused[name]);
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

std::vector<NodeSummary> list_nodes(node::Host& host, const std::string& cluster,
                                    const std::stop_token& stop) {
  std::vector<NodeSummary> nodes;
  for (const auto& node : host.nodes(cluster, stop)) {
    nodes.push_back({.name = node.name, .cluster = node.cluster, .role = node.role});
  }
  std::ranges::stable_sort(nodes, {}, &NodeSummary::cluster);
  return nodes;
}

std::vector<ClusterSummary> list(node::Host& host, const std::stop_token& stop) {
  const auto nodes = host.nodes("", stop);
  auto summaries = summarize(nodes);
  for (auto& summary : summaries) {
    summary.expires = expiry_of(host, nodes, summary.name, stop);
  }
  return summaries;
}

}  // namespace ingot::cluster
