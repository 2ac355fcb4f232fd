// SPDX-License-Identifier: Apache-2.0
#include "attach/target.hpp"

#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "node/throw_away.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::attach {

namespace {

using nlohmann::json;

constexpr std::string_view kOurLabels = "dev.ingot.";

// Whatever of ours or of kind's runs a machine inside.
bool is_ours(const docker::Labels& labels) {
  return !labels.contains(std::string(node::kThrowAwayLabel)) &&
         std::ranges::any_of(labels, [](const auto& label) {
           return label.first == node::kClusterLabel || label.first.starts_with(kOurLabels);
         });
}

std::string remedy_for(const docker::ContainerInfo& container) {
  const auto cluster = docker::label_of(container.labels, node::kClusterLabel);
  if (cluster.empty()) {
    return "ingot instance start " + container.name;
  }
  return container.state == "paused" ? "ingot cluster resume " + cluster
                                     : "ingot node start " + container.name;
}

Target to_target(node::Host& host, docker::ContainerInfo container, const std::stop_token& stop) {
  const auto role = docker::label_of(container.labels, node::kRoleLabel);
  Target target{.container = std::move(container),
                .cluster = {},
                .has_kubelet = role == node::kControlPlaneRole || role == node::kWorkerRole};
  target.cluster = docker::label_of(target.container.labels, node::kClusterLabel);
  target.has = device::recorded(host, target.container.id, stop);
  return target;
}

// Of one kind.
struct Amount {
  std::int64_t devices = 0;
  std::int64_t replicas = 1;  // of each
};

std::map<std::string, Amount> amounts_of(const device::Wish& before, const device::Wish& now) {
  std::map<std::string, Amount> amounts;
  for (const auto& grant : before.grants) {
    amounts[kind_of(grant.device)] = {};
  }
  for (const auto& grant : now.grants) {
    auto& amount = amounts[kind_of(grant.device)];
    ++amount.devices;
    amount.replicas = grant.replicas;
  }
  return amounts;
}

// A label that is null goes. How devices are shared is for the plugin to say that tells the kubelet of them.
json labels_for(const std::string& kind, const Amount& amount, bool tells_kubelet) {
  const auto text_if = [](bool is_so, const std::string& text) { return is_so ? json(text) : json(); };
  const bool is_there = amount.devices > 0;
  return {{kind + ".present", text_if(is_there, "true")},
          {kind + ".count", text_if(is_there, std::to_string(amount.devices))},
          {kind + ".replicas", text_if(is_there && tells_kubelet, std::to_string(amount.replicas))},
          {kind + ".sharing-strategy",
           text_if(is_there && tells_kubelet, amount.replicas > 1 ? "time-slicing" : "none")}};
}

}  // namespace

Target find_target(node::Host& host, const std::string& name, const std::stop_token& stop) {
  auto container = host.inspect(name, stop);
  if (!container || !is_ours(container->labels)) {
    throw no_such_target(name);
  }
  if (docker::label_of(container->labels, node::kRoleLabel) == node::kLoadBalancerRole) {
    throw base::Error(base::ErrorCode::unsupported, fmt::format("'{}' cannot have devices", name),
                      "it is the cluster's load balancer, and no node");
  }
  if (container->state != "running") {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("the devices of '{}' cannot be changed", name),
                       .cause = fmt::format("it is {}", container->state),
                       .remedy = remedy_for(*container)});
  }
  return to_target(host, std::move(*container), stop);
}

std::string subject_of(node::Host& host, const std::string& name, const std::stop_token& stop) {
  const auto container = host.inspect(name, stop);
  const bool is_instance = container && is_ours(container->labels) &&
                           docker::label_of(container->labels, node::kClusterLabel).empty();
  return (is_instance ? "instance/" : "node/") + name;
}

base::Error no_such_target(const std::string& name) {
  return base::Error({.code = base::ErrorCode::not_found,
                      .message = fmt::format("there is no node and no instance named '{}'", name),
                      .remedy = "ingot node list, or ingot instance list"});
}

bool may_have_devices(const docker::Labels& labels) {
  return is_ours(labels) && docker::label_of(labels, node::kRoleLabel) != node::kLoadBalancerRole;
}

std::optional<Target> target_of(node::Host& host, const std::string& container, const std::stop_token& stop) {
  auto info = host.inspect(container, stop);
  if (!info || !may_have_devices(info->labels)) {
    return std::nullopt;
  }
  return to_target(host, std::move(*info), stop);
}

std::vector<Target> all_targets(node::Host& host, const std::stop_token& stop) {
  std::vector<Target> targets;
  for (const auto& one : host.engine().list_containers({}, stop)) {
    auto target = may_have_devices(one.labels) ? target_of(host, one.id, stop) : std::nullopt;
    if (target && !target->has.grants.empty()) {  // or it is gone meanwhile
      targets.push_back(std::move(*target));
    }
  }
  std::ranges::sort(targets, {}, [](const Target& target) { return target.container.name; });
  return targets;
}

std::map<std::string, std::vector<std::string>> holders(const std::vector<Target>& targets) {
  std::map<std::string, std::vector<std::string>> nodes;
  for (const auto& target : targets) {
    for (const auto& grant : target.has.grants) {
      nodes[grant.device].push_back(target.container.name);
    }
  }
  return nodes;
}

std::unique_ptr<kube::Client> api_of(node::Host& host, const Target& target, const std::stop_token& stop) {
  if (!target.has_kubelet) {
    return nullptr;
  }
  const auto nodes = host.nodes(target.cluster, stop);
  const auto* control_plane = cluster::first_control_plane(nodes);
  const auto* entrance = cluster::entrance_of(nodes);
  if (control_plane == nullptr || entrance == nullptr || control_plane->state != "running" ||
      entrance->state != "running") {
    return nullptr;
  }
  return cluster::admin_api(host, control_plane->name, entrance->name, entrance->name, stop);
}

std::string kind_of(const std::string& device) {
  return device.substr(0, device.find('='));
}

std::vector<std::string> names_of(const std::vector<cdi::Grant>& grants) {
  std::vector<std::string> names;
  for (const auto& grant : grants) {
    names.push_back(grant.device);
  }
  std::ranges::sort(names);
  return names;
}

bool have_node(const std::vector<cdi::Grant>& grants, const std::string& path) {
  return std::ranges::any_of(grants, [&](const cdi::Grant& grant) {
    return std::ranges::find(grant.nodes, path, &cdi::GrantedNode::path) != grant.nodes.end();
  });
}

std::vector<std::string> nodes_gone(const std::vector<cdi::Grant>& before,
                                    const std::vector<cdi::Grant>& after) {
  std::vector<std::string> gone;
  for (const auto& grant : before) {
    for (const auto& node : grant.nodes) {
      if (!have_node(after, node.path) && std::ranges::find(gone, node.path) == gone.end()) {
        gone.push_back(node.path);
      }
    }
  }
  return gone;
}

std::vector<std::string> hidden_by(const gpu::Catalogue& catalogue, const std::vector<cdi::Grant>& grants) {
  std::vector<std::string> hidden;
  for (const auto& offer : catalogue.offers) {
    const bool is_kin = std::ranges::any_of(
        grants, [&](const cdi::Grant& grant) { return kind_of(grant.device) == kind_of(offer.name); });
    if (!is_kin) {
      continue;
    }
    for (const auto& node : offer.nodes) {
      if (!have_node(grants, node) && std::ranges::find(hidden, node) == hidden.end()) {
        hidden.push_back(node);
      }
    }
  }
  return hidden;
}

device::Wish to_hold(const gpu::Catalogue& catalogue, const std::vector<std::string>& devices) {
  device::Wish wish;
  for (const auto& device : devices) {
    wish.grants.push_back(gpu::grant_for(catalogue, device));
  }
  wish.hidden = hidden_by(catalogue, wish.grants);
  return wish;
}

void publish(kube::Client& api, const std::string& node, const device::Wish& before, const device::Wish& now,
             const std::stop_token& stop) {
  json told = json::object();
  json labels = json::object();
  for (const auto& [kind, amount] : amounts_of(before, now)) {
    told[kind] = std::to_string(amount.devices * amount.replicas);
    labels.update(labels_for(kind, amount, now.tells_kubelet));
  }
  if (told.empty()) {
    return;
  }
  api.patch("/api/v1/nodes/" + node, kube::PatchKind::merge, {{"metadata", {{"labels", labels}}}}, stop);
  if (now.tells_kubelet) {
    api.patch(fmt::format("/api/v1/nodes/{}/status", node), kube::PatchKind::merge,
              {{"status", {{"capacity", told}, {"allocatable", told}}}}, stop);
  }
}

}  // namespace ingot::attach
