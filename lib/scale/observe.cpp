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

using NodeObjects = std::map<std::string, json>;

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

// A container that was never given its files, or never started: whoever made it did not come further.
bool is_half_made(node::Host& host, const node::Node& worker, const std::stop_token& stop) {
  if (worker.state == "created") {
    return true;
  }
  const bool by_ingot = worker.labels.contains(std::string(node::kVersionLabel));
  const bool has_address = worker.labels.contains(std::string(node::kAddressLabel));
  return worker.state == "running" && by_ingot && !has_address &&
         !host.read_file(worker.id, "/etc/kubernetes/kubelet.conf", stop);
}

// One that ingot or kind made for this cluster, and whose container is gone.
bool is_forsaken(const Scaling& scaling, const std::string& name, const json& object) {
  return worker_number(scaling.cluster, name) > 0 &&
         text_at(object, {"spec", "providerID"}) == boot::provider_id(scaling.cluster, name);
}

GoingWorker going(const node::Node& worker, const NodeObjects& objects) {
  const auto object = objects.find(worker.name);
  return {.name = worker.name,
          .id = worker.id,
          .is_known = object != objects.end(),
          .pod_cidrs = object == objects.end() ? std::vector<std::string>() : pod_cidrs_of(object->second)};
}

// What is left of changes that did not come to their end goes, whatever else is wanted.
void find_remains(Scaling& scaling, std::vector<node::Node>& workers, const NodeObjects& objects,
                  const std::set<std::string>& containers, const std::stop_token& stop) {
  std::erase_if(workers, [&](const node::Node& worker) {
    if (!is_half_made(scaling.host, worker, stop)) {
      return false;
    }
    auto& left = scaling.going.emplace_back(going(worker, objects));
    left.is_remains = true;
    left.cause = "an interrupted change left it half made";
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

std::string why_not_drained(const Scaling& scaling, const node::Node& worker, bool is_known) {
  if (worker.state != "running") {
    return fmt::format("it is {}, nothing runs in it", worker.state);
  }
  return scaling.options.force ? "--force" : is_known ? "" : "the API does not know it";
}

void choose_going(Scaling& scaling, std::vector<node::Node>& workers, const std::vector<std::string>& names,
                  const std::string& cause, const NodeObjects& objects) {
  std::erase_if(workers, [&](const node::Node& worker) {
    if (std::ranges::find(names, worker.name) == names.end()) {
      return false;
    }
    auto& goes = scaling.going.emplace_back(going(worker, objects));
    const std::string undrained = why_not_drained(scaling, worker, goes.is_known);
    goes.drains = undrained.empty();
    goes.cause = undrained.empty() ? cause : fmt::format("{}; not drained: {}", cause, undrained);
    return true;
  });
}

// Names that a removal asks for and that are no worker's.
void check_names(const Scaling& scaling, const std::vector<node::Node>& nodes,
                 const std::vector<node::Node>& workers) {
  for (const auto& name : scaling.request.nodes) {
    const auto node = std::ranges::find(nodes, name, &node::Node::name);
    if (node != nodes.end() && node->role != node::kWorkerRole) {
      throw base::Error({.code = base::ErrorCode::unsupported,
                         .message = fmt::format("node '{}' cannot be removed", name),
                         .cause = fmt::format("it is a {}; only workers can", node->role),
                         .remedy = "ingot cluster delete " + scaling.cluster});
    }
    const bool is_left = std::ranges::find(scaling.going, name, &GoingWorker::name) != scaling.going.end();
    if (!is_left && std::ranges::find(workers, name, &node::Node::name) == workers.end()) {
      throw base::Error({.code = base::ErrorCode::not_found,
                         .message = fmt::format("there is no node named '{}'", name),
                         .remedy = "ingot node list " + scaling.cluster});
    }
  }
}

std::vector<std::string> names_of(const std::vector<node::Node>& nodes) {
  std::vector<std::string> names;
  for (const auto& node : nodes) {
    names.push_back(node.name);
  }
  return names;
}

bool is_ready(const NodeObjects& objects, const std::string& name) {
  const auto found = objects.find(name);
  return found != objects.end() &&
         text_at(cluster::condition_of(found->second, "Ready"), {"status"}) == "True";
}

void describe_peers(Scaling& scaling, const std::vector<node::Node>& nodes, const NodeObjects& objects) {
  for (const auto& node : nodes) {
    const bool goes = std::ranges::find(scaling.going, node.name, &GoingWorker::name) != scaling.going.end();
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

void choose_coming(Scaling& scaling, int count, const std::set<std::string>& containers,
                   const std::stop_token& stop) {
  std::set<std::string> taken = containers;
  for (const auto& left : scaling.going) {
    taken.erase(left.name);  // gone by then
  }
  const bool needs_ipv6 = std::ranges::find(scaling.pattern.families, true) != scaling.pattern.families.end();
  auto addresses =
      scaling.host.ensure_network({.name = scaling.pattern.network, .needs_ipv6 = needs_ipv6}, stop);
  const bool pins = addresses.can_pin() && (!needs_ipv6 || addresses.can_pin_ipv6());
  for (auto& name : free_names(scaling.cluster, taken, count)) {
    auto& worker = scaling.coming.emplace_back(NewWorker{.name = std::move(name)});
    if (pins) {
      worker.pinned = addresses.take(worker.name);
      worker.addresses = scaling.in_order(worker.pinned);
      if (!needs_ipv6) {
        worker.pinned.ipv6.clear();
      }
    }
  }
}

std::unique_ptr<kube::Client> open_api(node::Host& host, const Found& found, const std::stop_token& stop) {
  const auto* entrance = cluster::entrance_of(found.nodes);
  return cluster::make_api(
      cluster::read_access(host, found.control_plane.name, entrance->name, "admin.conf", stop),
      entrance->name);
}

}  // namespace

Scaling observe(node::Host& host, const Found& found, const Request& request, const Options& options,
                const std::stop_token& stop) {
  Scaling scaling{.host = host, .request = request, .options = options, .cluster = found.cluster};
  scaling.deadline = base::Clock::now() + options.timeout;
  scaling.facts.control_plane = found.control_plane.name;
  scaling.facts.control_plane_id = found.control_plane.id;
  scaling.api = open_api(host, found, stop);
  const auto objects = node_objects(*scaling.api, stop);
  std::vector<node::Node> workers;
  std::ranges::copy_if(found.nodes, std::back_inserter(workers),
                       [](const node::Node& node) { return node.role == node::kWorkerRole; });
  const auto all = names_of(found.nodes);
  const std::set<std::string> containers(all.begin(), all.end());
  find_remains(scaling, workers, objects, containers, stop);
  check_names(scaling, found.nodes, workers);
  const int there = static_cast<int>(workers.size());
  const int more = request.verb == Verb::scale ? request.workers - there
                   : request.verb == Verb::add ? request.workers
                                               : 0;
  if (request.verb == Verb::remove) {
    choose_going(scaling, workers, request.nodes, "it was asked for", objects);
  } else if (more < 0) {
    choose_going(scaling, workers, last_names(scaling.cluster, names_of(workers), -more),
                 fmt::format("{} of {} workers are wanted", request.workers, there), objects);
  }
  scaling.workers = static_cast<int>(workers.size());
  for (const auto& goes : scaling.going) {
    if (goes.drains) {
      refuse_lost_pods(*scaling.api, goes.name, stop);
    }
  }
  describe_peers(scaling, found.nodes, objects);
  for (const auto& worker : workers) {
    if (request.verb == Verb::scale && worker.state == "running" && !is_ready(objects, worker.name)) {
      scaling.starting.push_back(worker.name);
    }
  }
  if (more > 0) {
    read_pattern(scaling, found.nodes, stop);
    choose_coming(scaling, more, containers, stop);
  }
  return scaling;
}

}  // namespace ingot::scale
