// SPDX-License-Identifier: Apache-2.0
#include "snapshot/restore.hpp"

#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "cluster/remove.hpp"
#include "cluster/status.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "lifecycle/lifecycle.hpp"
#include "snapshot/helper.hpp"
#include "snapshot/outcome.hpp"
#include "snapshot/restoring.hpp"
#include "snapshot/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::snapshot {

namespace {

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
  docker::Labels labels = {{std::string(node::kClusterLabel), restoring.cluster},
                           {std::string(node::kAddressLabel), node.pinned.ipv4}};
  if (!node.pinned.ipv6.empty()) {
    labels[std::string(node::kIpv6AddressLabel)] = node.pinned.ipv6;
  }
  return labels;
}

void create_node(Restoring& restoring, PlannedNode& node, const std::stop_token& stop) {
  node.ports = hold_ports(*node.saved, restoring.is_copy(), restoring.engine_is_local);
  const docker::ContainerChanges changes{.image = node.image,
                                         .hostname = node.name,
                                         .labels = labels_of(restoring, node),
                                         .ports = node.ports.ports,
                                         .ipv4_address = node.pinned.ipv4,
                                         .ipv6_address = node.pinned.ipv6};
  // Not cancelled half-way: the engine would finish it a moment after it was taken back.
  try {
    node.id = restoring.host.engine().recreate_container(node.name, node.saved->recipe, changes, {});
  } catch (const base::Error& error) {
    node.may_exist =
        error.code() == base::ErrorCode::engine_unreachable || error.code() == base::ErrorCode::timed_out;
    throw;
  }
  base::check_stop(stop);
}

// One of this name that the engine refused to make is somebody else's.
void remove_node(Restoring& restoring, const PlannedNode& node, const std::stop_token& stop) {
  if (!node.id.empty() || node.may_exist) {
    restoring.host.remove(node.id.empty() ? node.name : node.id, stop);
  }
}

std::string node_image(const Restoring& restoring) {
  return restoring.nodes.front().image;
}

void verify(Restoring& restoring, const std::stop_token& stop) {
  const auto& stored = restoring.stored;
  unpack(restoring.host,
         helper(node_image(restoring), stored.manifest.cluster, unpack_script(stored.manifest.parts, {}),
                stored.data, false),
         stored, stop);
}

void fill_nodes(Restoring& restoring, const std::stop_token& stop) {
  const auto& manifest = restoring.stored.manifest;
  const auto areas = areas_of(manifest.nodes);
  const auto script =
      unpack_script(manifest.parts, areas) + (restoring.is_copy() ? forget_script(areas) : "");
  auto spec = helper(node_image(restoring), restoring.cluster, script, restoring.stored.data, false);
  for (std::size_t i = 0; i < restoring.nodes.size(); ++i) {
    mount_areas(spec, require_container(restoring, restoring.nodes[i], stop), i, manifest.nodes[i].has_volume,
                false);
  }
  unpack(restoring.host, spec, restoring.stored, stop);
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
    plan.add(
        {.id = created.back(),
         .title = "create node " + node.name,
         .cause = "the snapshot has it",
         .needs = {"addresses"},
         .run = [&restoring,
                 &node](plan::StepContext& context) { create_node(restoring, node, context.stop()); },
         .undo = [&restoring, &node](const std::stop_token& stop) { remove_node(restoring, node, stop); }});
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

// One limit for all that a restore does.
std::chrono::milliseconds time_left(const Restoring& restoring) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(restoring.deadline - base::Clock::now());
  return std::max(left, std::chrono::milliseconds(1));
}

void verify_first(Restoring& restoring, const plan::Interrupts& interrupts, plan::EventSink& sink) {
  plan::Plan plan;
  plan.add({.id = "verify",
            .title = "compare checksums",
            .cause = "a cluster is to be replaced",
            .run = [&restoring](plan::StepContext& context) { verify(restoring, context.stop()); }});
  execute(plan,
          {.verb = "verify",
           .subject = "snapshot/" + restoring.reference(),
           .failed = fmt::format("cluster '{}' was not replaced", restoring.cluster),
           .timeout = time_left(restoring)},
          interrupts, sink);
}

void take_back(Restoring& restoring, const std::stop_token& abandon, plan::EventSink& sink) {
  for (const auto& node : restoring.nodes) {
    try {
      restoring.host.remove(node.id, abandon);
    } catch (const base::Cancelled&) {
      throw base::Cancelled("what was begun was not taken back", "ingot cluster delete " + restoring.cluster);
    } catch (const base::Error& error) {  // why there is something to take back is the one to tell
      sink.on(
          {.body = plan::Notice{.level = plan::Level::warning,
                                .text = fmt::format("node '{}' is left ({}): ingot cluster delete {}",
                                                    node.name, error.failure().cause, restoring.cluster)}});
    }
  }
}

// Where users reach it; empty when it has ended meanwhile.
std::string endpoint_of(Restoring& restoring, const std::stop_token& stop) {
  const auto nodes = restoring.host.nodes(restoring.cluster, stop);
  const auto* entrance = cluster::entrance_of(nodes);
  const auto container = entrance != nullptr ? restoring.host.inspect(entrance->id, stop) : std::nullopt;
  return container ? cluster::published_endpoint(*container).value_or("") : "";
}

// As `cluster start` does it.
void start(Restoring& restoring, const RestoreRequest& request, RestoreResult& result,
           const plan::Interrupts& interrupts, plan::EventSink& sink) {
  for (auto& node : restoring.nodes) {
    node.ports.held.clear();
  }
  lifecycle::change(restoring.host, lifecycle::Verb::start, {.cluster = restoring.cluster},
                    {.timeout = time_left(restoring), .wait = request.wait}, interrupts, sink);
  result.endpoint = endpoint_of(restoring, interrupts.stop);
  if (request.kubeconfig.write) {
    result.kubeconfig_path = cluster::write_kubeconfig(restoring.host, restoring.cluster, false,
                                                       request.kubeconfig, interrupts.stop);
  }
}

void make(Restoring& restoring, const RestoreRequest& request, RestoreResult& result,
          const plan::Interrupts& interrupts, plan::EventSink& sink) {
  execute(make_plan(restoring),
          {.verb = "restore",
           .subject = "cluster/" + restoring.cluster,
           .failed = fmt::format("cluster '{}' could not be restored", restoring.cluster),
           .timeout = time_left(restoring),
           .left_behind = "ingot cluster delete " + restoring.cluster},
          interrupts, sink);
  // A cluster that does not come up, or that its user would not get to know, is taken back, too.
  try {
    start(restoring, request, result, interrupts, sink);
  } catch (const base::Cancelled&) {  // it says that what was started goes on, which is not so here
    take_back(restoring, interrupts.abandon, sink);
    throw base::Cancelled();
  } catch (...) {
    take_back(restoring, interrupts.abandon, sink);
    throw;
  }
}

// The old cluster is gone, and its user should know when the new one is not there.
void replace(Restoring& restoring, const RestoreRequest& request, RestoreResult& result,
             const plan::Interrupts& interrupts, plan::EventSink& sink) {
  verify_first(restoring, interrupts, sink);
  static_cast<void>(
      cluster::remove(restoring.host, restoring.cluster, {.kubeconfig = {.write = false}}, interrupts, sink));
  try {
    make(restoring, request, result, interrupts, sink);
  } catch (const base::Cancelled& cancelled) {
    if (!cancelled.left_behind().empty()) {
      throw;
    }
    throw base::Cancelled(fmt::format("cluster '{}' was deleted, to be replaced", restoring.cluster),
                          "ingot cluster snapshot restore " + restoring.reference());
  }
}

}  // namespace

docker::ContainerInfo require_container(const Restoring& restoring, const PlannedNode& node,
                                        const std::stop_token& stop) {
  auto container = restoring.host.inspect(node.id, stop);
  if (!container) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("'{}' has gone meanwhile", node.name));
  }
  return *std::move(container);
}

RestoreResult restore(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                      const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto began = base::Clock::now();
  auto restoring = observe(host, request, engine_is_local, interrupts.stop);
  RestoreResult result{.snapshot = to_summary(restoring.stored.manifest),
                       .cluster = restoring.cluster,
                       .context = kubeconfig::entry_name(restoring.cluster),
                       .replaced = !restoring.in_the_way.empty()};
  (result.replaced ? replace : make)(restoring, request, result, interrupts, sink);
  for (const auto& node : restoring.nodes) {
    result.nodes.push_back(node.name);
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
