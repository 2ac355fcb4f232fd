// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/change.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "cluster/membership.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::lifecycle {

namespace {

void check_names(const Target& target, const std::vector<node::Node>& nodes) {
  for (const auto& name : target.nodes) {
    if (std::ranges::find(nodes, name, &node::Node::name) == nodes.end()) {
      throw cluster::no_such_node(name);
    }
  }
}

}  // namespace

std::string Member::step(std::string_view what) const {
  return fmt::format("node/{}/{}", node.name, what);
}

std::string Change::subject() const {
  if (is_whole()) {
    return fmt::format("cluster '{}'", name);
  }
  std::vector<std::string> names;
  for (const auto& member : members) {
    names.push_back(fmt::format("'{}'", member.node.name));
  }
  return fmt::format("node{} {}", names.size() == 1 ? "" : "s", base::join(names, ", "));
}

std::string Change::command(const std::string& verb) const {
  if (is_whole()) {
    return fmt::format("ingot cluster {} {}", verb, name);
  }
  std::string text = "ingot node " + verb;
  for (const auto& member : members) {
    text += " " + member.node.name;
  }
  return text;
}

std::vector<node::Node> Change::nodes() const {
  std::vector<node::Node> nodes;
  for (const auto& group : {std::cref(members), std::cref(others)}) {
    for (const auto& member : group.get()) {
      nodes.push_back(member.node);
    }
  }
  return nodes;
}

const Member* Change::teller() const {
  if (!members.empty() && members.front().is_control_plane()) {
    return &members.front();
  }
  const auto found = std::ranges::find_if(
      others, [](const Member& other) { return other.is_control_plane() && other.node.state == "running"; });
  return found == others.end() ? nullptr : &*found;
}

bool Change::has_quorum() const {
  const auto all = nodes();
  const auto is_control_plane = [](const node::Node& node) { return node.role == node::kControlPlaneRole; };
  const auto runs = [&](const node::Node& node) { return is_control_plane(node) && node.state == "running"; };
  return std::ranges::count_if(all, runs) > std::ranges::count_if(all, is_control_plane) / 2;
}

const Member* Change::balancer() const {
  const auto found = std::ranges::find_if_not(members, &Member::is_node);
  return found == members.end() ? nullptr : &*found;
}

bool Change::any_runs() const {
  return std::ranges::any_of(members, &Member::runs);
}

bool Change::any_paused() const {
  return std::ranges::any_of(members, &Member::is_paused);
}

Change observe(node::Host& host, const Target& target, const Options& options, const std::stop_token& stop) {
  Change change{.host = host, .name = target.cluster, .options = options};
  change.deadline = base::Clock::now() + options.timeout;
  if (change.name.empty()) {
    change.name = cluster::cluster_of(host, target.nodes, stop);
  }
  auto nodes = cluster::require_nodes(host, change.name, stop);
  check_names(target, nodes);
  for (auto& node : nodes) {
    const bool is_meant =
        target.nodes.empty() || std::ranges::find(target.nodes, node.name) != target.nodes.end();
    (is_meant ? change.members : change.others).push_back({.node = std::move(node)});
  }
  std::ranges::stable_partition(change.members, &Member::is_control_plane);
  return change;
}

std::unique_ptr<kube::Client> own_api(Change& change, const Member& control_plane,
                                      const std::stop_token& stop) {
  const auto& name = control_plane.node.name;
  const auto nodes = change.nodes();
  return cluster::admin_api(change.host, name, name, cluster::entrance_of(nodes)->name, stop);
}

bool with_any_api(Change& change, std::chrono::milliseconds patience, const ApiCalls& act,
                  const std::stop_token& stop) {
  const auto answers = [&](const Member& member) {
    if (!member.is_control_plane() || !member.runs()) {
      return false;
    }
    const base::TimeLimit limit(patience, stop);
    try {
      act(*own_api(change, member, limit.token()), limit.token());
      return true;
    } catch (const base::Cancelled&) {
      base::check_stop(stop);
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): the next one is asked
    }
    return false;
  };
  return std::ranges::any_of(change.others, answers) || std::ranges::any_of(change.members, answers);
}

}  // namespace ingot::lifecycle
