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
#include "snapshot/places.hpp"
#include "snapshot/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::snapshot {

namespace {

struct PlannedNode {
  const SavedNode* saved = nullptr;
  std::string image;  // as this engine knows it
  // Written by steps:
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

  [[nodiscard]] std::string reference() const { return to_summary(stored.manifest).reference(); }
};

Restoring observe(node::Host& host, const RestoreRequest& request, bool engine_is_local,
                  const std::stop_token& stop) {
  Restoring restoring{.host = host,
                      .stored = find(host.engine(), request.snapshot, stop),
                      .engine_is_local = engine_is_local};
  const auto& manifest = restoring.stored.manifest;
  restoring.cluster = manifest.cluster;
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
    restoring.nodes.push_back({.saved = &saved, .image = require_image(host, saved, stop)});
  }
  return restoring;
}

void create_node(Restoring& restoring, PlannedNode& node, const std::stop_token& stop) {
  node.ports = hold_ports(*node.saved, restoring.engine_is_local);
  // Not cancelled half-way: the engine would finish it a moment after it was taken back.
  node.id = restoring.host.engine().recreate_container(node.saved->name, node.saved->recipe,
                                                       {.image = node.image,
                                                        .ports = node.ports.ports,
                                                        .ipv4_address = node.saved->pinned.ipv4,
                                                        .ipv6_address = node.saved->pinned.ipv6},
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
  auto spec = helper(node_image(restoring), restoring.cluster,
                     unpack_script(manifest.parts, areas_of(manifest.nodes)), restoring.stored.data, false);
  for (std::size_t i = 0; i < restoring.nodes.size(); ++i) {
    const auto container = restoring.host.inspect(restoring.nodes[i].id, stop);
    if (!container) {
      throw base::Error(base::ErrorCode::not_found,
                        fmt::format("'{}' has gone meanwhile", manifest.nodes[i].name));
    }
    mount_areas(spec, *container, i, manifest.nodes[i].has_volume, false);
  }
  unpack(restoring.host, spec, restoring.reference(), stop);
}

plan::Plan make_plan(Restoring& restoring) {
  plan::Plan plan;
  plan.add({.id = "addresses",
            .title = "look whether the nodes' addresses are free",
            .cause = "the cluster knows its nodes by them",
            .run = [&restoring](plan::StepContext& context) {
              require_addresses(restoring.host, restoring.stored.manifest, restoring.cluster, context.stop());
            }});
  std::vector<std::string> created;
  for (auto& node : restoring.nodes) {
    created.push_back(fmt::format("node/{}/create", node.saved->name));
    plan.add({.id = created.back(),
              .title = "create node " + node.saved->name,
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
    lifecycle::change(restoring.host, lifecycle::Verb::start, restoring.cluster,
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
    result.nodes.push_back(node.saved->name);
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
