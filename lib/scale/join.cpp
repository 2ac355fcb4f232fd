// SPDX-License-Identifier: Apache-2.0
// New workers join as they do when ingot creates a cluster: the cluster knows them before they run, and every
// file that kubeadm join would leave is in them when they start. That is the same for a cluster that kubeadm
// made.
#include "base/error.hpp"
#include "boot/node_files.hpp"
#include "kube/wait.hpp"
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

json node_object(const Scaling& scaling, const NewWorker& worker) {
  json object = {{"apiVersion", "v1"},
                 {"kind", "Node"},
                 {"metadata", {{"name", worker.name}, {"labels", {{"kubernetes.io/hostname", worker.name}}}}},
                 {"spec", {{"providerID", boot::provider_id(scaling.cluster, worker.name)}}}};
  if (!scaling.pattern.cri_socket.empty()) {
    object["metadata"]["annotations"] = {
        {"kubeadm.alpha.kubernetes.io/cri-socket", scaling.pattern.cri_socket}};
  }
  return object;
}

// Which addresses its pods get is the controller manager's to say: it knows what others have.
void register_node(Scaling& scaling, NewWorker& worker, const std::stop_token& stop) {
  scaling.api->create(node_object(scaling, worker), stop);
  if (!scaling.facts.shares_pod_subnet) {
    return;
  }
  const auto has_share = [&](const json& node, std::string& seen) {
    seen = "the controller manager has not answered";
    worker.pod_cidrs.clear();
    const json shares = node.value(json::json_pointer("/spec/podCIDRs"), json());
    for (const auto& cidr : shares.is_array() ? shares : json::array()) {
      worker.pod_cidrs.push_back(cidr.get<std::string>());
    }
    return !worker.pod_cidrs.empty();
  };
  kube::waiting_until(fmt::format("node '{}' has addresses for its pods", worker.name), [&] {
    kube::wait_for_object(*scaling.api, node_path(worker.name), has_share, scaling.deadline, stop);
  });
}

node::NodeSpec to_node_spec(const Scaling& scaling, const NewWorker& worker) {
  std::vector<std::string> names;
  for (const auto& other : scaling.coming) {
    names.push_back(other.name);
  }
  node::NodeSpec spec{
      .cluster = scaling.cluster,
      .name = worker.name,
      .role = std::string(node::kWorkerRole),
      .image = scaling.pattern.image,
      .network = scaling.pattern.network,
      .address = worker.pinned.ipv4,
      .ipv6_address = worker.pinned.ipv6,
      .uses_ipv6 = std::ranges::find(scaling.pattern.families, true) != scaling.pattern.families.end(),
      .env = environment_for(scaling.pattern.environment, names),
      .labels = {{std::string(node::kVersionLabel), scaling.options.tool_version}},
      .wait_for_go = worker.pinned.ipv4.empty()};
  if (!scaling.facts.bootstrap.empty()) {
    spec.labels[std::string(node::kBootstrapLabel)] = scaling.facts.bootstrap;
  }
  return spec;
}

// By its name; false where no container of this cluster has it.
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

// The engine may have made the container although its answer never came, and its kubelet the Node again.
void take_back(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  remove_container(scaling, name, stop);
  scaling.api->remove(node_path(name), stop);
}

// An engine goes on with a create whose client was killed: the name is taken, and the container is there a
// moment later. Nobody else makes nodes of this cluster as long as we have the lock, so it goes.
void create_container(Scaling& scaling, NewWorker& worker, const std::stop_token& stop) {
  const auto spec = to_node_spec(scaling, worker);
  // Not cancelled half-way: the engine would finish it a moment after undo found nothing.
  try {
    worker.id = scaling.host.create(spec, scaling.engine, {});
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::already_exists) {
      throw;
    }
    base::wait_until(fmt::format("the engine shows what it calls '{}'", worker.name), scaling.deadline,
                     std::chrono::milliseconds(20), stop,
                     [&](std::string&) { return scaling.host.inspect(worker.name, stop).has_value(); });
    if (!remove_container(scaling, worker.name, stop)) {
      throw;
    }
    worker.id = scaling.host.create(spec, scaling.engine, {});
  }
  base::check_stop(stop);
}

void read_addresses(Scaling& scaling, NewWorker& worker, const std::stop_token& stop) {
  const auto info = scaling.host.inspect(worker.id, stop);
  const auto network =
      info ? info->networks.find(scaling.pattern.network) : decltype(info->networks.find(""))();
  if (!info || network == info->networks.end()) {
    throw base::Error(
        base::ErrorCode::engine_refused,
        fmt::format("node '{}' is not on the network '{}'", worker.name, scaling.pattern.network),
        info ? info->error : "the container is gone");
  }
  worker.addresses = scaling.in_order({.ipv4 = network->second.ipv4, .ipv6 = network->second.ipv6});
  if (std::ranges::find(worker.addresses, std::string()) != worker.addresses.end()) {
    throw base::Error(
        base::ErrorCode::engine_refused,
        fmt::format("node '{}' got no address on the network '{}'", worker.name, scaling.pattern.network));
  }
}

boot::NodeBoot to_boot(const NewWorker& worker) {
  return {.name = worker.name, .addresses = worker.addresses, .pod_cidrs = worker.pod_cidrs};
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
  for (const auto& worker : scaling.coming) {
    cluster.nodes.push_back(to_boot(worker));
  }
  return cluster;
}

void upload(Scaling& scaling, const NewWorker& worker, const std::stop_token& stop) {
  const auto& pattern = scaling.pattern;
  boot::Rendering rendering{
      .kubelet_config = pattern.kubelet_config,
      .instance_config = pattern.instance_config,
      .kubelet_flags = kubelet_flags_for(pattern.kubelet_flags, worker.addresses,
                                         boot::provider_id(scaling.cluster, worker.name))};
  if (!scaling.facts.cni.empty()) {
    rendering.cni.push_back(json{{"kind", "DaemonSet"}, {"metadata", {{"name", scaling.facts.cni}}}}.dump());
  }
  const auto& authority = *scaling.facts.authority;
  auto files = boot::worker_files(cluster_boot(scaling), to_boot(worker), rendering, authority.certificate(),
                                  pki::make_worker_pki(authority, {worker.name, worker.addresses.front()}));
  if (worker.pinned.ipv4.empty()) {
    files.push_back({std::string(node::kGoFile), ""});  // last: the node waits for it
  }
  scaling.host.engine().put_archive(worker.id, "/etc", pattern.containerd, stop);
  scaling.host.put_files(worker.id, tar::pack(files), stop);
}

void add_container_steps(plan::Plan& plan, Scaling& scaling, NewWorker& worker) {
  std::vector<std::string> needs;
  if (std::ranges::find(scaling.going, worker.name, &GoingWorker::name) != scaling.going.end()) {
    needs.push_back(step_id(worker.name, "forget"));
  }
  plan.add(
      {.id = step_id(worker.name, "register"),
       .title = fmt::format("make {} known to the API", worker.name),
       .cause = "it tells the addresses that its pods get",
       .needs = needs,
       .run = [&scaling,
               &worker](plan::StepContext& context) { register_node(scaling, worker, context.stop()); },
       .undo = [&scaling, &worker](const std::stop_token& stop) { take_back(scaling, worker.name, stop); }});
  plan.add(
      {.id = step_id(worker.name, "create"),
       .title = "create node " + worker.name,
       .cause = "the cluster shall have it",
       .needs = needs,
       .run = [&scaling,
               &worker](plan::StepContext& context) { create_container(scaling, worker, context.stop()); },
       .undo = [&scaling, &worker](const std::stop_token& stop) { take_back(scaling, worker.name, stop); }});
}

void add_start_step(plan::Plan& plan, Scaling& scaling, NewWorker& worker, std::vector<std::string> needs) {
  plan.add({.id = step_id(worker.name, "start"),
            .title = "start node " + worker.name,
            .cause = "it was created for this cluster",
            .needs = std::move(needs),
            .run = [&scaling, &worker](plan::StepContext& context) {
              scaling.host.start(worker.id, context.stop());
              if (worker.addresses.empty()) {
                read_addresses(scaling, worker, context.stop());
              }
            }});
}

}  // namespace

void add_joining_steps(plan::Plan& plan, Scaling& scaling) {
  const bool pins = scaling.pins();
  std::vector<std::string> known;  // all of them: every one is told the way to the others' pods
  for (auto& worker : scaling.coming) {
    add_container_steps(plan, scaling, worker);
    known.push_back(step_id(worker.name, "register"));
    if (!pins) {  // it waits for its files, which need its address
      add_start_step(plan, scaling, worker, {step_id(worker.name, "create")});
      known.push_back(step_id(worker.name, "start"));
    }
  }
  for (auto& worker : scaling.coming) {
    auto needs = known;
    needs.push_back(step_id(worker.name, "create"));
    plan.add({.id = step_id(worker.name, "files"),
              .title = fmt::format("hand node {} its files", worker.name),
              .cause = "it boots into the cluster with them",
              .needs = std::move(needs),
              .run = [&scaling, &worker](plan::StepContext& context) {
                upload(scaling, worker, context.stop());
              }});
    if (pins) {
      add_start_step(plan, scaling, worker, {step_id(worker.name, "files")});
    }
  }
  if (!scaling.coming.empty()) {
    add_route_steps(plan, scaling, known);
  }
  if (scaling.options.wait) {
    add_waiting_steps(plan, scaling);
  }
}

}  // namespace ingot::scale
