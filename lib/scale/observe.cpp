// SPDX-License-Identifier: Apache-2.0
// From what is there to what is to be done. Containers and Nodes are compared: what only one of the two knows
// is what an interrupted change left.
#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/node_files.hpp"
#include "cluster/api_access.hpp"
#include "cluster/component_health.hpp"
#include "scale/names.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

NodeObjects node_objects(kube::Client& api, const std::stop_token& stop) {
  NodeObjects objects;
  const json listed = api.list("/api/v1/nodes", stop);
  for (const auto& object : listed.at("items")) {
    objects[text_at(object, {"metadata", "name"})] = object;
  }
  return objects;
}

std::vector<std::string> texts_of(const json& list) {
  std::vector<std::string> texts;
  for (const auto& item : list.is_array() ? list : json::array()) {
    if (item.is_string()) {
      texts.push_back(item.get<std::string>());
    }
  }
  return texts;
}

std::vector<std::string> pod_cidrs_of(const json& object) {
  return texts_of(object.value(json::json_pointer("/spec/podCIDRs"), json()));
}

GoingNode going(const node::Node& node, const NodeObjects& objects) {
  const auto object = objects.find(node.name);
  return {.name = node.name,
          .control_plane = node.role == node::kControlPlaneRole,
          .id = node.id,
          .is_known = object != objects.end(),
          .pod_cidrs = object == objects.end() ? std::vector<std::string>() : pod_cidrs_of(object->second)};
}

std::string why_not_drained(const Scaling& scaling, const node::Node& node, bool is_known) {
  if (node.state != "running") {
    return fmt::format("it is {}, nothing runs in it", node.state);
  }
  return scaling.options.force ? "--force" : is_known ? "" : "the API does not know it";
}

// One that ingot or kind made for this cluster, and whose container is gone.
bool is_forsaken(const Scaling& scaling, const std::string& name, const json& object) {
  const bool is_ours = node_number(scaling.cluster, node::kWorkerRole, name) > 0 ||
                       node_number(scaling.cluster, node::kControlPlaneRole, name) > 0;
  return is_ours && text_at(object, {"spec", "providerID"}) == boot::provider_id(scaling.cluster, name);
}

// What is left of changes that did not come to their end goes, whatever else is wanted.
void find_remains(Scaling& scaling, std::vector<node::Node>& workers, const NodeObjects& objects,
                  const std::set<std::string>& containers, const std::stop_token& stop) {
  std::erase_if(workers, [&](const node::Node& worker) {
    if (!is_half_made(scaling.host, worker, stop)) {
      return false;
    }
    clear_away(scaling, worker, objects);
    return true;
  });
  for (const auto& [name, object] : objects) {
    if (!containers.contains(name) && is_forsaken(scaling, name, object)) {
      scaling.going.push_back({.name = name,
                               .is_known = true,
                               .is_remains = true,
                               .cause = "its container is gone",
                               .pod_cidrs = pod_cidrs_of(object)});
    }
  }
}

void choose_going(Scaling& scaling, std::vector<node::Node>& workers, const std::vector<std::string>& names,
                  const std::string& cause, const NodeObjects& objects) {
  std::erase_if(workers, [&](const node::Node& worker) {
    if (std::ranges::find(names, worker.name) == names.end()) {
      return false;
    }
    let_go(scaling, worker, objects, cause);
    return true;
  });
}

// Names that a removal asks for and that are no worker's.
void check_names(const Scaling& scaling, const std::vector<node::Node>& nodes,
                 const std::vector<node::Node>& workers) {
  for (const auto& name : scaling.request.nodes) {
    const auto node = std::ranges::find(nodes, name, &node::Node::name);
    if (node != nodes.end() && node->role == node::kLoadBalancerRole) {
      throw base::Error({.code = base::ErrorCode::unsupported,
                         .message = fmt::format("'{}' cannot be removed", name),
                         .cause = "it is the cluster's load balancer",
                         .remedy = "ingot cluster delete " + scaling.cluster});
    }
    const bool is_left = std::ranges::find(scaling.going, name, &GoingNode::name) != scaling.going.end() ||
                         (node != nodes.end() && node->role == node::kControlPlaneRole);
    if (!is_left && std::ranges::find(workers, name, &node::Node::name) == workers.end()) {
      throw base::Error({.code = base::ErrorCode::not_found,
                         .message = fmt::format("there is no node named '{}'", name),
                         .remedy = "ingot node list " + scaling.cluster});
    }
  }
}

bool takes_pods(const NodeObjects& objects, const std::string& name) {
  const auto found = objects.find(name);
  std::string why_not;
  return found != objects.end() && cluster::takes_pods(found->second, why_not);
}

void describe_peers(Scaling& scaling, const std::vector<node::Node>& nodes, const NodeObjects& objects) {
  for (const auto& node : nodes) {
    const bool goes = std::ranges::find(scaling.going, node.name, &GoingNode::name) != scaling.going.end();
    const auto object = objects.find(node.name);
    if (node.role == node::kLoadBalancerRole || goes || object == objects.end()) {
      continue;
    }
    scaling.peers.push_back({.name = node.name,
                             .id = node.id,
                             .runs = node.state == "running",
                             .addresses = base::split(cluster::addresses_of(object->second), ','),
                             .pod_cidrs = pod_cidrs_of(object->second)});
  }
}

// Of the control plane that stays, whatever becomes of the others, by its own name and not through the load
// balancer, which is told anew.
std::unique_ptr<kube::Client> open_api(node::Host& host, const Found& found, const std::stop_token& stop) {
  const auto& name = found.control_plane.name;
  return cluster::admin_api(host, name, name, name, stop);
}

// Workers that go, or are to come.
void observe_workers(Scaling& scaling, const std::vector<node::Node>& nodes, const NodeObjects& objects,
                     const std::stop_token& stop) {
  const auto& request = scaling.request;
  std::vector<node::Node> workers;
  std::ranges::copy_if(nodes, std::back_inserter(workers),
                       [](const node::Node& node) { return node.role == node::kWorkerRole; });
  const auto all = names_of(nodes);
  find_remains(scaling, workers, objects, {all.begin(), all.end()}, stop);
  check_names(scaling, nodes, workers);
  const int there = static_cast<int>(workers.size());
  if (request.verb == Verb::remove) {
    choose_going(scaling, workers, request.nodes, "it was asked for", objects);
  } else if (request.verb == Verb::scale && request.workers.value_or(there) < there) {
    choose_going(scaling, workers,
                 last_names(scaling.cluster, node::kWorkerRole, names_of(workers), there - *request.workers),
                 fmt::format("{} of {} workers are wanted", *request.workers, there), objects);
  }
  scaling.workers = static_cast<int>(workers.size());
  for (const auto& worker : workers) {
    if (request.verb == Verb::scale && worker.state == "running" && !takes_pods(objects, worker.name)) {
      scaling.starting.push_back(worker.name);
    }
  }
}

void choose_coming(Scaling& scaling, int workers, int control_planes, const std::vector<node::Node>& nodes,
                   const std::stop_token& stop) {
  const auto all = names_of(nodes);
  std::set<std::string> taken(all.begin(), all.end());
  for (const auto& left : scaling.going) {
    taken.erase(left.name);  // gone by then
  }
  const bool needs_ipv6 = std::ranges::find(scaling.facts.families, true) != scaling.facts.families.end();
  auto addresses =
      scaling.host.ensure_network({.name = scaling.pattern.network, .needs_ipv6 = needs_ipv6}, stop);
  const bool pins = addresses.can_pin() && (!needs_ipv6 || addresses.can_pin_ipv6());
  const auto without_idle_ipv6 = [&](node::Addresses taken_now) {
    taken_now.ipv6 = needs_ipv6 ? taken_now.ipv6 : std::string();
    return taken_now;
  };
  if (pins && scaling.ground.lacks_balancer && control_planes > 0) {
    scaling.ground.pinned = without_idle_ipv6(addresses.take(scaling.cluster + "-external-load-balancer"));
  }
  const auto add = [&](std::string_view role, int count) {
    for (auto& name : free_names(scaling.cluster, role, taken, count)) {
      auto& coming = scaling.coming.emplace_back(NewNode{.name = std::move(name)});
      coming.control_plane = role == node::kControlPlaneRole;
      if (pins) {
        coming.pinned = without_idle_ipv6(addresses.take(coming.name));
        coming.addresses = scaling.in_order(coming.pinned);
      }
    }
  };
  add(node::kControlPlaneRole, control_planes);
  add(node::kWorkerRole, workers);
}

// How many more of a role there shall be than `there` are.
int more(const Request& request, const std::optional<int>& wanted, int there) {
  return request.verb == Verb::add ? wanted.value_or(0) : std::max(wanted.value_or(there) - there, 0);
}

}  // namespace

bool is_half_made(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  if (node.state == "created") {
    return true;
  }
  const bool by_ingot = node.labels.contains(std::string(node::kVersionLabel));
  const bool has_address = node.labels.contains(std::string(node::kAddressLabel));
  return node.state == "running" && by_ingot && !has_address &&
         !host.read_file(node.id, "/etc/kubernetes/kubelet.conf", stop);
}

std::vector<std::string> names_of(const std::vector<node::Node>& nodes) {
  std::vector<std::string> names;
  for (const auto& node : nodes) {
    names.push_back(node.name);
  }
  return names;
}

std::vector<std::string> names_of(const std::vector<node::Node>& nodes, std::string_view role) {
  std::vector<node::Node> chosen;
  std::ranges::copy_if(nodes, std::back_inserter(chosen),
                       [&](const node::Node& node) { return node.role == role; });
  return names_of(chosen);
}

GoingNode& let_go(Scaling& scaling, const node::Node& node, const NodeObjects& objects,
                  const std::string& cause) {
  auto& goes = scaling.going.emplace_back(going(node, objects));
  const std::string undrained = why_not_drained(scaling, node, goes.is_known);
  goes.drains = undrained.empty();
  goes.cause = undrained.empty() ? cause : fmt::format("{}; not drained: {}", cause, undrained);
  return goes;
}

GoingNode& clear_away(Scaling& scaling, const node::Node& node, const NodeObjects& objects) {
  auto& left = scaling.going.emplace_back(going(node, objects));
  left.is_remains = true;
  left.cause = "an interrupted change left it half made";
  return left;
}

Scaling observe(node::Host& host, const Found& found, const Request& request, const Options& options,
                bool engine_is_local, const std::stop_token& stop) {
  Scaling scaling{.host = host,
                  .request = request,
                  .options = options,
                  .engine_is_local = engine_is_local,
                  .cluster = found.cluster};
  scaling.deadline = base::Clock::now() + options.timeout;
  scaling.facts.control_plane = found.control_plane.name;
  scaling.facts.control_plane_id = found.control_plane.id;
  scaling.api = open_api(host, found, stop);
  const auto objects = node_objects(*scaling.api, stop);
  observe_workers(scaling, found.nodes, objects, stop);
  observe_control_planes(scaling, found.nodes, objects, stop);
  for (const auto& goes : scaling.going) {
    if (goes.drains) {
      refuse_lost_pods(*scaling.api, goes.name, stop);
    }
  }
  describe_peers(scaling, found.nodes, objects);
  const int workers = more(request, request.workers, scaling.workers);
  const int control_planes = more(request, request.control_planes, scaling.control_planes);
  if (workers + control_planes > 0) {
    read_pattern(scaling, found.nodes, stop);
    choose_coming(scaling, workers, control_planes, found.nodes, stop);
    check_coming(scaling);
    observe_ground(scaling, found.nodes, stop);
  }
  observe_leading(scaling, found.nodes, stop);
  return scaling;
}

}  // namespace ingot::scale
