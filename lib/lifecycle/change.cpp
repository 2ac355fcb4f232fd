// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/change.hpp"

#include "base/error.hpp"
#include "cluster/api_access.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::lifecycle {

std::string Member::step(std::string_view what) const {
  return fmt::format("node/{}/{}", node.name, what);
}

std::vector<node::Node> Change::nodes() const {
  std::vector<node::Node> nodes;
  for (const auto& member : members) {
    nodes.push_back(member.node);
  }
  return nodes;
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

Change observe(node::Host& host, const std::string& name, const Options& options,
               const std::stop_token& stop) {
  Change change{.host = host, .name = name, .options = options};
  change.deadline = base::Clock::now() + options.timeout;
  for (auto& node : cluster::require_nodes(host, name, stop)) {
    change.members.push_back({.node = std::move(node)});
  }
  std::ranges::stable_partition(change.members, &Member::is_control_plane);
  return change;
}

std::unique_ptr<kube::Client> own_api(Change& change, const Member& control_plane,
                                      const std::stop_token& stop) {
  const auto& name = control_plane.node.name;
  const auto nodes = change.nodes();
  return cluster::make_api(cluster::read_access(change.host, name, name, "admin.conf", stop),
                           cluster::entrance_of(nodes)->name);
}

bool with_any_api(Change& change, std::chrono::milliseconds patience, const ApiCalls& act,
                  const std::stop_token& stop) {
  for (const auto& member : change.members) {
    if (!member.is_control_plane() || !member.runs()) {
      continue;
    }
    const base::TimeLimit limit(patience, stop);
    try {
      act(*own_api(change, member, limit.token()), limit.token());
      return true;
    } catch (const base::Cancelled&) {
      base::check_stop(stop);
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): the next one is asked
    }
  }
  return false;
}

}  // namespace ingot::lifecycle
