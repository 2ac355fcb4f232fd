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

std::string label_of(const node::Node& node, std::string_view label) {
  const auto found = node.labels.find(std::string(label));
  return found == node.labels.end() ? std::string() : found->second;
}

// How the load balancer finds it; as create has it.
boot::ApiServer server_of(const node::Node& node) {
  const auto address = label_of(node, node::kAddressLabel);
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

void let_go(Scaling& scaling, const node::Node& node, const NodeObjects& objects, const std::string& peer_url,
            std::string cause) {
  auto& goes = scaling.going.emplace_back(going(node, objects));
  goes.peer_url = peer_url;
  const std::string undrained = why_not_drained(scaling, node, goes.is_known);
  goes.drains = undrained.empty();
  goes.cause = undrained.empty() ? std::move(cause) : fmt::format("{}; not drained: {}", cause, undrained);
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
  std::vector<std::string> names;
  for (const auto& node : whole) {
    names.push_back(node.name);
  }
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

// Of a control plane with no load balancer before it. etcd need not be asked.
void check_lonely(const Scaling& scaling, const std::string& name) {
  const auto& request = scaling.request;
  if (is_wanted(request, name)) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("node '{}' cannot be removed", name),
                       .cause = "it is the only control plane",
                       .remedy = "ingot cluster delete " + scaling.cluster});
  }
  if (request.control_planes && (request.verb == Verb::add || *request.control_planes > 1)) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("cluster '{}' cannot get more control planes", scaling.cluster),
                       .cause = "it was created with one, so there is no load balancer before it",
                       .remedy = "ingot cluster create NAME --control-planes 3"});
  }
}

void observe_balancer(Scaling& scaling, const std::vector<node::Node>& nodes) {
  const auto balancer = std::ranges::find(nodes, node::kLoadBalancerRole, &node::Node::role);
  if (balancer == nodes.end()) {
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
    check_lonely(scaling, whole.front().name);
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
    auto& left = scaling.going.emplace_back(going(node, objects));
    left.peer_url = member.peer_url;
    left.is_remains = true;
    left.cause = "an interrupted change left it half made";
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
      let_go(scaling, node, objects, urls[node.name], "fewer control planes are wanted");
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
  const auto is_control_plane = [](const NewNode& node) { return node.control_plane; };
  if (std::ranges::none_of(scaling.coming, is_control_plane)) {
    return;
  }
  if (!scaling.pins()) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("cluster '{}' cannot get more control planes", scaling.cluster),
                       .cause = "etcd's members need addresses that stay, and this network has none to pin",
                       .remedy = "ingot cluster create NAME --control-planes 3 --network NETWORK"});
  }
}

}  // namespace ingot::scale
