// SPDX-License-Identifier: Apache-2.0
// New nodes join as they do when ingot creates a cluster: the cluster knows them before they run, and every
// file that kubeadm join would leave is in them when they start. That is the same for a cluster that kubeadm
// made.
#include "base/error.hpp"
#include "boot/node_files.hpp"
#include "kube/wait.hpp"
#include "node/limits.hpp"
#include "pki/cluster_pki.hpp"
#include "scale/kubelet_flags.hpp"
#include "scale/routes.hpp"
#include "scale/scaling.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::scale {

namespace {

using nlohmann::json;

json node_object(const Scaling& scaling, const NewNode& node) {
  json object = {{"apiVersion", "v1"},
                 {"kind", "Node"},
                 {"metadata", {{"name", node.name}, {"labels", {{"kubernetes.io/hostname", node.name}}}}},
                 {"spec", {{"providerID", boot::provider_id(scaling.cluster, node.name)}}}};
  if (const auto& socket = scaling.pattern_of(node).cri_socket; !socket.empty()) {
    object["metadata"]["annotations"] = {{"kubeadm.alpha.kubernetes.io/cri-socket", socket}};
  }
  if (node.control_plane) {
    auto& labels = object["metadata"]["labels"];
    labels["node-role.kubernetes.io/control-plane"] = "";
    labels["node.kubernetes.io/exclude-from-external-load-balancers"] = "";
    object["spec"]["taints"] =
        json::array({{{"key", "node-role.kubernetes.io/control-plane"}, {"effect", "NoSchedule"}}});
  }
  return object;
}

// Which addresses its pods get is the controller manager's to say: it knows what others have.
void register_node(Scaling& scaling, NewNode& node, const std::stop_token& stop) {
  scaling.api->create(node_object(scaling, node), stop);
  if (!scaling.facts.shares_pod_subnet) {
    return;
  }
  const auto has_share = [&](const json& registered, std::string& seen) {
    seen = "the controller manager has not answered";
    node.pod_cidrs.clear();
    const json shares = registered.value(json::json_pointer("/spec/podCIDRs"), json());
    for (const auto& cidr : shares.is_array() ? shares : json::array()) {
      node.pod_cidrs.push_back(cidr.get<std::string>());
    }
    return !node.pod_cidrs.empty();
  };
  kube::waiting_until(fmt::format("node '{}' has addresses for its pods", node.name), [&] {
    kube::wait_for_object(*scaling.api, node_path(node.name), has_share, scaling.deadline, stop);
  });
}

config::Limits limits_for(const Scaling& scaling, const NewNode& node) {
  return config::merged(scaling.pattern_of(node).limits, scaling.request.limits);
}

node::NodeSpec to_node_spec(const Scaling& scaling, const NewNode& node) {
  std::vector<std::string> names;
  for (const auto& other : scaling.coming) {
    names.push_back(other.name);
  }
  const auto& pattern = scaling.pattern_of(node);
  node::NodeSpec spec{
      .cluster = scaling.cluster,
      .name = node.name,
      .role = std::string(node.control_plane ? node::kControlPlaneRole : node::kWorkerRole),
      .image = pattern.image,
      .network = pattern.network,
      .address = node.pinned.ipv4,
      .ipv6_address = node.pinned.ipv6,
      .uses_ipv6 = std::ranges::find(scaling.facts.families, true) != scaling.facts.families.end(),
      .limits = node::to_docker(limits_for(scaling, node)),
      .env = environment_for(pattern.environment, names),
      .restart_policy = pattern.restart_policy,
      .labels = {{std::string(node::kVersionLabel), scaling.options.tool_version}},
      .wait_for_go = node.pinned.ipv4.empty()};
  if (!scaling.facts.bootstrap.empty()) {
    spec.labels[std::string(node::kBootstrapLabel)] = scaling.facts.bootstrap;
  }
  if (node.control_plane) {
    spec.env.emplace_back("KUBECONFIG=/etc/kubernetes/admin.conf");
    const bool ipv6 = !scaling.facts.families.empty() && scaling.facts.families.front();
    spec.ports.push_back({.container_port = node::kApiPort, .host_address = ipv6 ? "::1" : "127.0.0.1"});
  }
  return spec;
}

}  // namespace

bool remove_container(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  const auto found = scaling.host.inspect(name, stop);
  const auto cluster =
      found ? found->labels.find(std::string(node::kClusterLabel)) : docker::Labels::const_iterator();
  if (!found || cluster == found->labels.end() || cluster->second != scaling.cluster) {
    return false;
  }
  scaling.host.remove(found->id, stop);
  return true;
}

namespace {

// The engine may have made the container although its answer never came, and its kubelet the Node again.
void take_back(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  remove_container(scaling, name, stop);
  scaling.api->remove(node_path(name), stop);
}

}  // namespace

// An engine goes on with a create whose client was killed: the name is taken, and the container is there a
// moment later. Nobody else makes nodes of this cluster as long as we have the lock, so it goes.
std::string make_container(Scaling& scaling, const node::NodeSpec& spec, const std::stop_token& stop) {
  std::string id;
  // Not cancelled half-way: the engine would finish it a moment after undo found nothing.
  try {
    id = scaling.host.create(spec, scaling.engine, {});
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::already_exists) {
      throw;
    }
    base::wait_until(fmt::format("the engine shows what it calls '{}'", spec.name), scaling.deadline,
                     std::chrono::milliseconds(20), stop,
                     [&](std::string&) { return scaling.host.inspect(spec.name, stop).has_value(); });
    if (!remove_container(scaling, spec.name, stop)) {
      throw;
    }
    id = scaling.host.create(spec, scaling.engine, {});
  }
  base::check_stop(stop);
  return id;
}

namespace {

void read_addresses(Scaling& scaling, NewNode& node, const std::stop_token& stop) {
  const auto info = scaling.host.inspect(node.id, stop);
  const auto network =
      info ? info->networks.find(scaling.pattern.network) : decltype(info->networks.find(""))();
  if (!info || network == info->networks.end()) {
    throw base::Error(base::ErrorCode::engine_refused,
                      fmt::format("node '{}' is not on the network '{}'", node.name, scaling.pattern.network),
                      info ? info->error : "the container is gone");
  }
  node.addresses = scaling.in_order({.ipv4 = network->second.ipv4, .ipv6 = network->second.ipv6});
  if (std::ranges::find(node.addresses, std::string()) != node.addresses.end()) {
    throw base::Error(
        base::ErrorCode::engine_refused,
        fmt::format("node '{}' got no address on the network '{}'", node.name, scaling.pattern.network));
  }
}

boot::NodeBoot to_boot(const NewNode& node) {
  return {.name = node.name, .addresses = node.addresses, .pod_cidrs = node.pod_cidrs};
}

boot::ClusterBoot cluster_boot(const Scaling& scaling) {
  boot::ClusterBoot cluster{.service_address = scaling.facts.service_address};
  for (const auto& peer : scaling.peers) {
    cluster.nodes.push_back({.name = peer.name, .addresses = peer.addresses, .pod_cidrs = peer.pod_cidrs});
    if (peer.name == scaling.facts.control_plane) {
      cluster.names = {.cluster = scaling.cluster,
                       .node = peer.name,
                       .address = boot::address_of_family(peer.addresses, false),
                       .ipv6 = boot::address_of_family(peer.addresses, true),
                       .endpoint = scaling.facts.endpoint,
                       .labels = ""};
    }
  }
  for (const auto& node : scaling.coming) {
    cluster.nodes.push_back(to_boot(node));
  }
  return cluster;
}

void upload(Scaling& scaling, const NewNode& node, const std::stop_token& stop) {
  const auto& pattern = scaling.pattern_of(node);
  boot::Rendering rendering{
      .kubelet_config = pattern.kubelet_config,
      .instance_config = pattern.instance_config,
      .kubelet_flags = kubelet_flags_for(pattern.kubelet_flags, node.addresses,
                                         boot::provider_id(scaling.cluster, node.name))};
  if (!scaling.facts.cni.empty()) {
    rendering.cni.push_back(json{{"kind", "DaemonSet"}, {"metadata", {{"name", scaling.facts.cni}}}}.dump());
  }
  const auto& authority = *scaling.facts.authority;
  auto files =
      node.control_plane
          ? control_plane_files(scaling, cluster_boot(scaling), node, rendering)
          : boot::worker_files(cluster_boot(scaling), to_boot(node), rendering, authority.certificate(),
                               pki::make_worker_pki(authority, {node.name, node.addresses.front()}));
  if (!limits_for(scaling, node).empty()) {
    std::ranges::move(node::limit_files(), std::back_inserter(files));
  }
  if (node.pinned.ipv4.empty()) {
    files.push_back({std::string(node::kGoFile), ""});  // last: the node waits for it
  }
  scaling.host.engine().put_archive(node.id, "/etc", pattern.containerd, stop);
  scaling.host.put_files(node.id, tar::pack(files), stop);
}

void add_container_steps(plan::Plan& plan, Scaling& scaling, NewNode& node, std::vector<std::string> needs) {
  if (std::ranges::find(scaling.going, node.name, &GoingNode::name) != scaling.going.end()) {
    needs.push_back(step_id(node.name, "forget"));
  }
  plan.add(
      {.id = step_id(node.name, "register"),
       .title = fmt::format("make {} known to the API", node.name),
       .cause = "it tells the addresses that its pods get",
       .needs = needs,
       .run = [&scaling, &node](plan::StepContext& context) { register_node(scaling, node, context.stop()); },
       .undo = [&scaling, &node](const std::stop_token& stop) { take_back(scaling, node.name, stop); }});
  plan.add({.id = step_id(node.name, "create"),
            .title = "create node " + node.name,
            .cause = "the cluster shall have it",
            .needs = needs,
            .run =
                [&scaling, &node](plan::StepContext& context) {
                  node.id = make_container(scaling, to_node_spec(scaling, node), context.stop());
                },
            .undo = [&scaling, &node](const std::stop_token& stop) { take_back(scaling, node.name, stop); }});
}

void add_start_step(plan::Plan& plan, Scaling& scaling, NewNode& node, std::vector<std::string> needs) {
  plan.add({.id = step_id(node.name, "start"),
            .title = "start node " + node.name,
            .cause = "it was created for this cluster",
            .needs = std::move(needs),
            .run = [&scaling, &node](plan::StepContext& context) {
              scaling.host.start(node.id, context.stop());
              if (node.addresses.empty()) {
                read_addresses(scaling, node, context.stop());
              }
            }});
}

}  // namespace

void add_joining_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs) {
  const bool pins = scaling.pins();
  std::vector<std::string> known;  // all of them: every one is told the way to the others' pods
  for (auto& node : scaling.coming) {
    add_container_steps(plan, scaling, node, needs);
    known.push_back(step_id(node.name, "register"));
    if (!pins) {  // it waits for its files, which need its address
      add_start_step(plan, scaling, node, {step_id(node.name, "create")});
      known.push_back(step_id(node.name, "start"));
    }
  }
  for (auto& node : scaling.coming) {
    auto before = known;
    before.push_back(step_id(node.name, "create"));
    if (node.control_plane) {
      add_member_step(plan, scaling, node, before);
      before = {step_id(node.name, "member")};
    }
    plan.add(
        {.id = step_id(node.name, "files"),
         .title = fmt::format("hand node {} its files", node.name),
         .cause = "it boots into the cluster with them",
         .needs = std::move(before),
         .run = [&scaling, &node](plan::StepContext& context) { upload(scaling, node, context.stop()); }});
    if (pins) {
      add_start_step(plan, scaling, node, {step_id(node.name, "files")});
    }
    if (node.control_plane) {
      add_promotion_steps(plan, scaling, node);
    }
  }
  add_entrance_step(plan, scaling);
  if (!scaling.coming.empty()) {
    add_route_steps(plan, scaling, known);
  }
  if (scaling.options.wait) {
    add_waiting_steps(plan, scaling);
  }
}

}  // namespace ingot::scale
