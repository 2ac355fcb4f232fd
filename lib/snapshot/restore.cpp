// SPDX-License-Identifier: Apache-2.0
#include "snapshot/restore.hpp"

#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "cluster/remove.hpp"
#include "cluster/status.hpp"
#include "kube/wait.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "lifecycle/lifecycle.hpp"
#include "snapshot/helper.hpp"
#include "snapshot/identity.hpp"
#include "snapshot/outcome.hpp"
#include "snapshot/places.hpp"
#include "snapshot/shelf.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace ingot::snapshot {

namespace {

struct PlannedNode {
  const SavedNode* saved = nullptr;
  std::string name;
  std::string image;  // as this engine knows it
  // Written by steps:
  node::Addresses pinned;
  std::string id;
  HeldPorts ports;
};

struct Restoring {
  node::Host& host;
  Stored stored;
  std::string cluster;
  bool engine_is_local = true;
  std::vector<std::string> in_the_way;  // containers of a cluster that is to be replaced
  std::vector<PlannedNode> nodes;
  base::Clock::time_point deadline;
  // Written by steps:
  Renaming renaming;
  std::unique_ptr<kube::Client> api;

  [[nodiscard]] bool is_copy() const { return cluster != stored.manifest.cluster; }
  [[nodiscard]] std::string reference() const { return to_summary(stored.manifest).reference(); }
};

// etcd's members know one another by name and address.
void refuse_copy(const Manifest& manifest) {
  const auto count = std::ranges::count(manifest.nodes, node::kControlPlaneRole, &SavedNode::role);
  if (count > 1) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("cluster '{}' cannot get another name", manifest.cluster),
                       .cause = fmt::format("it has {} control planes", count),
                       .remedy = "restore it under the name that it had"});
  }
}

// "demo-worker2" of cluster "copy": "copy-worker2".
std::string name_in(const Restoring& restoring, const SavedNode& node) {
  const auto before = restoring.stored.manifest.cluster + "-";
  if (!restoring.is_copy()) {
    return node.name;
  }
  return restoring.cluster + "-" +
         (node.name.starts_with(before) ? node.name.substr(before.size()) : node.name);
}

Restoring observe(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                  const std::stop_token& stop) {
  Restoring restoring{.host = host,
                      .stored = find(host.engine(), request.snapshot, stop),
                      .engine_is_local = engine_is_local};
  const auto& manifest = restoring.stored.manifest;
  restoring.cluster = request.name.empty() ? manifest.cluster : request.name;
  restoring.deadline = base::Clock::now() + request.timeout;
  if (restoring.is_copy()) {
    refuse_copy(manifest);
  }
  require_storage(host, stop);
  for (const auto& node : host.nodes(restoring.cluster, stop)) {
    restoring.in_the_way.push_back(node.name);
  }
  if (!restoring.in_the_way.empty() && !request.replace) {
    throw base::Error(
        {.code = base::ErrorCode::already_exists,
         .message = fmt::format("there is a cluster '{}' already", restoring.cluster),
         .cause = "container " + restoring.in_the_way.front(),
         .remedy = fmt::format("ingot cluster snapshot restore {} --replace", restoring.reference())});
  }
  for (const auto& saved : manifest.nodes) {
    restoring.nodes.push_back(
        {.saved = &saved, .name = name_in(restoring, saved), .image = require_image(host, saved, stop)});
  }
  return restoring;
}

void choose_places(Restoring& restoring, const std::stop_token& stop) {
  const auto& manifest = restoring.stored.manifest;
  if (!restoring.is_copy()) {
    require_addresses(restoring.host, manifest, restoring.cluster, stop);
    for (auto& node : restoring.nodes) {
      node.pinned = node.saved->pinned;
    }
    return;
  }
  std::vector<std::string> names;
  for (const auto& node : restoring.nodes) {
    names.push_back(node.name);
  }
  const auto chosen = choose_addresses(restoring.host, manifest, names, stop);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    restoring.nodes[i].pinned = chosen[i];
  }
}

docker::Labels labels_of(const Restoring& restoring, const PlannedNode& node) {
  if (!restoring.is_copy()) {
    return {};
  }
  return {{std::string(node::kClusterLabel), restoring.cluster},
          {std::string(node::kAddressLabel), node.pinned.ipv4}};
}

void create_node(Restoring& restoring, PlannedNode& node, const std::stop_token& stop) {
  node.ports = hold_ports(*node.saved, restoring.is_copy(), restoring.engine_is_local);
  // Not cancelled half-way: the engine would finish it a moment after it was taken back.
  node.id = restoring.host.engine().recreate_container(node.name, node.saved->recipe,
                                                       {.image = node.image,
                                                        .hostname = node.name,
                                                        .labels = labels_of(restoring, node),
                                                        .ports = node.ports.ports,
                                                        .ipv4_address = node.pinned.ipv4,
                                                        .ipv6_address = node.pinned.ipv6},
                                                       {});
  base::check_stop(stop);
}

std::string node_image(const Restoring& restoring) {
  return restoring.nodes.front().image;
}

void verify(Restoring& restoring, const std::stop_token& stop) {
  const auto& stored = restoring.stored;
  unpack(restoring.host,
         helper(node_image(restoring), stored.manifest.cluster, unpack_script(stored.manifest.parts, {}),
                stored.data, false),
         restoring.reference(), stop);
}

void fill_nodes(Restoring& restoring, const std::stop_token& stop) {
  const auto& manifest = restoring.stored.manifest;
  const auto areas = areas_of(manifest.nodes);
  const auto script =
      unpack_script(manifest.parts, areas) + (restoring.is_copy() ? forget_script(areas) : "");
  auto spec = helper(node_image(restoring), restoring.cluster, script, restoring.stored.data, false);
  for (std::size_t i = 0; i < restoring.nodes.size(); ++i) {
    const auto container = restoring.host.inspect(restoring.nodes[i].id, stop);
    if (!container) {
      throw base::Error(base::ErrorCode::not_found,
                        fmt::format("'{}' has gone meanwhile", restoring.nodes[i].name));
    }
    mount_areas(spec, *container, i, manifest.nodes[i].has_volume, false);
  }
  unpack(restoring.host, spec, restoring.reference(), stop);
}

// Before anything starts: files with names, addresses and certificates.
void rename_files(Restoring& restoring, const std::stop_token& stop) {
  for (const auto& node : restoring.nodes) {
    restoring.renaming.add(node.saved->name, node.name);
    restoring.renaming.add(old_address(restoring.host, node.id, stop), node.pinned.ipv4);
  }
  const auto provider = [](const std::string& cluster) { return "kind://docker/" + cluster; };
  restoring.renaming.add(provider(restoring.stored.manifest.cluster), provider(restoring.cluster));
  for (const auto& node : restoring.nodes) {
    rewrite_files(restoring.host,
                  {.id = node.id,
                   .name = node.name,
                   .address = node.pinned.ipv4,
                   .control_plane = node.saved->role == node::kControlPlaneRole},
                  restoring.nodes.front().id, restoring.renaming, stop);
  }
}

void start_api(Restoring& restoring, const std::stop_token& stop) {
  auto& first = restoring.nodes.front();
  first.ports.held.clear();
  restoring.host.start(first.id, stop);
  restoring.api = cluster::make_api(
      cluster::read_access(restoring.host, first.name, first.name, "admin.conf", stop), first.name);
  kube::wait_for_api(*restoring.api, restoring.deadline, stop,
                     "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases");
}

// An API server notes in etcd, for fifteen seconds, that it is there: so long pods would be led to the one of
// the cluster that was saved, which may well be running.
void wait_until_alone(Restoring& restoring, const std::stop_token& stop) {
  const auto& address = restoring.nodes.front().pinned.ipv4;
  const auto is_alone = [&](const nlohmann::json& endpoints, std::string& seen) {
    seen = "the API's service still leads to the cluster that was saved";
    std::size_t others = 0;
    for (const auto& subset : endpoints.value("subsets", nlohmann::json::array())) {
      for (const auto& one : subset.value("addresses", nlohmann::json::array())) {
        others += one.value("ip", "") == address ? 0U : 1U;
      }
    }
    return others == 0;
  };
  kube::waiting_until("the API's service leads to the new cluster", [&] {
    kube::wait_for_object(*restoring.api, "/api/v1/namespaces/default/endpoints/kubernetes", is_alone,
                          restoring.deadline, stop);
  });
}

// What waits for a start goes by pods that are bound to nodes.
void wait_for_dns_pods(Restoring& restoring, const std::stop_token& stop) {
  if (!restoring.api->get("/apis/apps/v1/namespaces/kube-system/deployments/coredns", stop)) {
    return;
  }
  const auto are_bound = [](const kube::Objects& pods, std::string& seen) {
    seen = "its pods are not made, or have no node yet";
    return !pods.empty() && std::ranges::all_of(pods, [](const auto& pod) {
      return !pod.second.value(nlohmann::json::json_pointer("/spec/nodeName"), std::string()).empty();
    });
  };
  kube::waiting_until("CoreDNS has pods", [&] {
    kube::wait_for(*restoring.api, "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns",
                   are_bound, restoring.deadline, stop);
  });
}

void release_controllers(Restoring& restoring, const std::stop_token& stop) {
  const auto moved =
      restoring.host.run(restoring.nodes.front().id,
                         {"/bin/sh", "-c", "mv /kind/held/*.yaml /etc/kubernetes/manifests/"}, "", stop);
  if (moved.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "the controllers could not be started",
                       .detail = moved.output});
  }
  wait_for_dns_pods(restoring, stop);
}

void add_copy_steps(plan::Plan& plan, Restoring& restoring) {
  const auto add = [&](const char* id, const char* title, const char* cause, const char* needs, auto act) {
    plan.add({.id = id,
              .title = title,
              .cause = cause,
              .needs = {needs},
              .run = [&restoring, act](plan::StepContext& context) { act(restoring, context.stop()); }});
  };
  add("files", "write names, addresses and certificates anew", "they are of the cluster that was saved",
      "unpack", rename_files);
  add("api", "start etcd and the API server, without controllers", "objects are mended by it", "files",
      start_api);
  add("objects", "give nodes, volumes and settings their new names", "controllers and kubelets go by them",
      "api", [](Restoring& one, const std::stop_token& stop) { mend_objects(*one.api, one.renaming, stop); });
  add("alone", "wait until the API's service leads to this cluster alone",
      "it kept the old address for a while", "objects", wait_until_alone);
  add("controllers", "let controllers go", "everything has its name", "alone", release_controllers);
}

plan::Plan make_plan(Restoring& restoring) {
  plan::Plan plan;
  plan.add({.id = "addresses",
            .title = restoring.is_copy() ? "choose addresses for the nodes"
                                         : "look whether the nodes' addresses are free",
            .cause = "the cluster knows its nodes by them",
            .run = [&restoring](plan::StepContext& context) { choose_places(restoring, context.stop()); }});
  std::vector<std::string> created;
  for (auto& node : restoring.nodes) {
    created.push_back(fmt::format("node/{}/create", node.name));
    plan.add({.id = created.back(),
              .title = "create node " + node.name,
              .cause = "the snapshot has it",
              .needs = {"addresses"},
              .run = [&restoring,
                      &node](plan::StepContext& context) { create_node(restoring, node, context.stop()); },
              .undo =
                  [&restoring, &node](const std::stop_token& stop) {
                    if (!node.id.empty()) {
                      restoring.host.remove(node.id, stop);
                    }
                  }});
  }
  plan.add({.id = "unpack",
            .title = "compare checksums, and unpack what nodes had changed",
            .cause = "nodes have what their image has",
            .needs = created,
            .run = [&restoring](plan::StepContext& context) { fill_nodes(restoring, context.stop()); }});
  if (restoring.is_copy()) {
    add_copy_steps(plan, restoring);
  }
  return plan;
}

void verify_first(Restoring& restoring, const plan::Interrupts& interrupts, plan::EventSink& sink,
                  std::chrono::milliseconds timeout) {
  plan::Plan plan;
  plan.add({.id = "verify",
            .title = "compare checksums",
            .cause = "a cluster is to be replaced",
            .run = [&restoring](plan::StepContext& context) { verify(restoring, context.stop()); }});
  execute(plan,
          {.verb = "verify",
           .subject = "snapshot/" + restoring.reference(),
           .failed = fmt::format("cluster '{}' was not replaced", restoring.cluster),
           .timeout = timeout},
          interrupts, sink);
}

// As `cluster start` does it; a cluster that does not come up is taken back, too.
void start(Restoring& restoring, const RestoreRequest& request, const plan::Interrupts& interrupts,
           plan::EventSink& sink) {
  for (auto& node : restoring.nodes) {
    node.ports.held.clear();
  }
  try {
    lifecycle::change(restoring.host, lifecycle::Verb::start, {.cluster = restoring.cluster},
                      {.timeout = request.timeout, .wait = request.wait}, interrupts, sink);
  } catch (...) {
    for (const auto& node : restoring.nodes) {
      restoring.host.remove(node.id, interrupts.abandon);
    }
    throw;
  }
}

// Where users reach it; empty when it has ended meanwhile.
std::string endpoint_of(Restoring& restoring, const std::stop_token& stop) {
  const auto nodes = restoring.host.nodes(restoring.cluster, stop);
  const auto* entrance = cluster::entrance_of(nodes);
  const auto container = entrance != nullptr ? restoring.host.inspect(entrance->id, stop) : std::nullopt;
  return container ? cluster::published_endpoint(*container).value_or("") : "";
}

}  // namespace

RestoreResult restore(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                      const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto began = base::Clock::now();
  auto restoring = observe(host, request, engine_is_local, interrupts.stop);
  RestoreResult result{.snapshot = to_summary(restoring.stored.manifest), .cluster = restoring.cluster};
  if (!restoring.in_the_way.empty()) {
    verify_first(restoring, interrupts, sink, request.timeout);
    static_cast<void>(
        cluster::remove(host, restoring.cluster, {.kubeconfig = {.write = false}}, interrupts, sink));
    result.replaced = true;
  }
  execute(make_plan(restoring),
          {.verb = "restore",
           .subject = "cluster/" + restoring.cluster,
           .failed = fmt::format("cluster '{}' could not be restored", restoring.cluster),
           .timeout = request.timeout,
           .left_behind = "ingot cluster delete " + restoring.cluster},
          interrupts, sink);
  start(restoring, request, interrupts, sink);
  for (const auto& node : restoring.nodes) {
    result.nodes.push_back(node.name);
  }
  result.endpoint = endpoint_of(restoring, interrupts.stop);
  result.context = kubeconfig::entry_name(restoring.cluster);
  if (request.kubeconfig.write) {
    result.kubeconfig_path =
        cluster::write_kubeconfig(host, restoring.cluster, false, request.kubeconfig, interrupts.stop);
  }
  result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - began);
  return result;
}

std::string plan_restore(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                         const std::stop_token& stop) {
  auto restoring = observe(host, request, engine_is_local, stop);
  std::string text;
  for (const auto& name : restoring.in_the_way) {
    text += fmt::format("remove node {}: it is to be replaced\n", name);
  }
  return text + make_plan(restoring).to_text() + "start cluster " + restoring.cluster +
         ": as `ingot cluster start`\n";
}

}  // namespace ingot::snapshot
