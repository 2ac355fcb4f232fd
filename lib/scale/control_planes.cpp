// SPDX-License-Identifier: Apache-2.0
// Which control planes go and which may come: etcd must keep its quorum, and somebody must lead to the new
// ones.
#include "base/error.hpp"
#include "scale/balancer.hpp"
#include "scale/etcd.hpp"
#include "scale/names.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::scale {

namespace {

using node::kControlPlaneRole;

// How the load balancer finds it; as create has it.
boot::ApiServer server_of(const node::Node& node) {
  const auto address = docker::label_of(node.labels, node::kAddressLabel);
  return {.name = node.name, .host = address.empty() ? node.name : address};
}

bool is_wanted(const Request& request, const std::string& node) {
  return request.verb == Verb::remove && std::ranges::find(request.nodes, node) != request.nodes.end();
}

bool is_asked_for(const Request& request, const std::vector<node::Node>& control_planes) {
  return request.control_planes || std::ranges::any_of(control_planes, [&](const node::Node& node) {
           return is_wanted(request, node.name);
         });
}

// The member that belongs to the container, which is taken out; null where there is none that counts.
EtcdMember take_member(std::vector<EtcdMember>& members, const std::string& node) {
  const auto found = std::ranges::find(members, node, &EtcdMember::name);
  if (found == members.end()) {
    return {};
  }
  auto member = *found;
  members.erase(found);
  return member;
}

std::vector<std::string> names_to_remove(const Scaling& scaling, const std::vector<node::Node>& whole) {
  auto names = names_of(whole);
  const auto& request = scaling.request;
  if (request.verb == Verb::remove) {
    std::erase_if(names, [&](const std::string& name) { return !is_wanted(request, name); });
    return names;
  }
  const int there = static_cast<int>(names.size());
  const int fewer = request.verb == Verb::scale ? there - request.control_planes.value_or(there) : 0;
  return last_names(scaling.cluster, kControlPlaneRole, std::move(names), fewer);
}

[[noreturn]] void refuse(const Scaling& scaling, std::string cause, std::string remedy) {
  throw base::Error(
      {.code = base::ErrorCode::already_exists,
       .message = fmt::format("the control planes of cluster '{}' cannot be changed so", scaling.cluster),
       .cause = std::move(cause),
       .remedy = std::move(remedy)});
}

// Whom we ask holds the lock of this change, and tells etcd who goes.
void refuse_lost_quorum(const Scaling& scaling, const std::vector<node::Node>& staying) {
  if (staying.empty()) {
    refuse(scaling, "a cluster without a control plane is none", "ingot cluster delete " + scaling.cluster);
  }
  if (std::ranges::find(staying, scaling.facts.control_plane, &node::Node::name) == staying.end()) {
    refuse(scaling, fmt::format("'{}' is the one that leads this change", scaling.facts.control_plane),
           fmt::format("ingot node stop {}, then again", scaling.facts.control_plane));
  }
  const auto running = std::ranges::count(staying, "running", &node::Node::state);
  const auto needed = std::ssize(staying) / 2 + 1;
  if (running < needed) {
    refuse(scaling,
           fmt::format("{} of the {} that stay run, and etcd needs {}", running, staying.size(), needed),
           "ingot cluster start " + scaling.cluster);
  }
}

// Of a control plane with no load balancer before it. etcd, which never had another member, is not asked.
void observe_lonely(Scaling& scaling, const node::Node& node) {
  if (is_wanted(scaling.request, node.name)) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("node '{}' cannot be removed", node.name),
                       .cause = "it is the only control plane",
                       .remedy = "ingot cluster delete " + scaling.cluster});
  }
  scaling.ground.lacks_balancer = true;
  scaling.balancer.servers = {server_of(node)};
  scaling.api_servers = scaling.balancer.servers;
}

void observe_balancer(Scaling& scaling, const std::vector<node::Node>& nodes) {
  const auto balancer = std::ranges::find(nodes, node::kLoadBalancerRole, &node::Node::role);
  if (balancer == nodes.end()) {
    return;
  }
  // It has its files before it starts.
  if (balancer->state == "created") {
    scaling.ground.half_made = balancer->name;
    return;
  }
  scaling.balancer_id = balancer->id;
  scaling.balancer = {.cluster = scaling.cluster, .name = balancer->name};
  scaling.balancer.has_ipv6 = balancer->labels.contains(std::string(node::kIpv6AddressLabel));
}

}  // namespace

void observe_control_planes(Scaling& scaling, const std::vector<node::Node>& nodes,
                            const NodeObjects& objects, const std::stop_token& stop) {
  std::vector<node::Node> whole;
  std::ranges::copy_if(nodes, std::back_inserter(whole),
                       [](const node::Node& node) { return node.role == kControlPlaneRole; });
  scaling.control_planes = static_cast<int>(whole.size());
  observe_balancer(scaling, nodes);
  if (!is_asked_for(scaling.request, whole)) {
    return;
  }
  if (whole.size() == 1 && scaling.balancer_id.empty()) {
    observe_lonely(scaling, whole.front());
    return;
  }
  auto members = Etcd(scaling.host, scaling.facts.control_plane_id).members(stop);
  std::map<std::string, std::string> urls;
  std::erase_if(whole, [&](const node::Node& node) {
    const auto member = take_member(members, node.name);
    urls[node.name] = member.peer_url;
    const bool counts = !member.id.empty() && !member.is_learner;
    if (counts && !is_half_made(scaling.host, node, stop)) {
      return false;
    }
    clear_away(scaling, node, objects).peer_url = member.peer_url;
    return true;
  });
  for (const auto& stray : members) {
    scaling.strays.push_back(stray.peer_url);
  }
  for (const auto& node : whole) {
    scaling.balancer.servers.push_back(server_of(node));
  }
  scaling.balancer_is_behind =
      !scaling.balancer_id.empty() && !leads_to(scaling.host, scaling.balancer_id, scaling.balancer, stop);
  const auto names = names_to_remove(scaling, whole);
  for (const auto& node : whole) {
    if (std::ranges::find(names, node.name) != names.end()) {
      let_go(scaling, node, objects, "fewer control planes are wanted").peer_url = urls[node.name];
    } else {
      scaling.api_servers.push_back(server_of(node));
    }
  }
  std::erase_if(whole,
                [&](const node::Node& node) { return std::ranges::find(names, node.name) != names.end(); });
  scaling.control_planes = static_cast<int>(whole.size());
  refuse_lost_quorum(scaling, whole);
}

void check_coming(const Scaling& scaling) {
  if (scaling.adds_control_planes() && !scaling.pins()) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("cluster '{}' cannot get more control planes", scaling.cluster),
                       .cause = "etcd's members need addresses that stay, and this network has none to pin",
                       .remedy = "ingot cluster create NAME --control-planes 3 --network NETWORK"});
  }
}

}  // namespace ingot::scale
