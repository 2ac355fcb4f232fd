// SPDX-License-Identifier: Apache-2.0
#include "snapshot/save.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/lock.hpp"
#include "cluster/membership.hpp"
#include "docker/container_recipe.hpp"
#include "node/throw_away.hpp"
#include "snapshot/copying.hpp"
#include "snapshot/helper.hpp"
#include "snapshot/outcome.hpp"
#include "snapshot/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace ingot::snapshot {

namespace {

struct Saving {
  node::Host& host;
  Manifest manifest;
  std::vector<node::Node> nodes;  // as the manifest has them
  std::vector<docker::ContainerInfo> containers;
  std::vector<docker::ImageInfo> images;  // distinct ones
  Images places;
  std::string data_volume;
  WhilePaused while_paused;
  // Written by steps:
  std::unique_ptr<node::ThrowAway> copier;  // until the snapshot is listed: nobody removes files in use
  std::chrono::milliseconds paused{0};
};

std::size_t place_of(Saving& saving, const docker::ImageInfo& image) {
  const auto found = std::ranges::find(saving.images, image.id, &docker::ImageInfo::id);
  if (found != saving.images.end()) {
    return static_cast<std::size_t>(found - saving.images.begin());
  }
  saving.images.push_back(image);
  saving.places.layer_counts.push_back(image.layers.size());
  return saving.images.size() - 1;
}

void look_at(Saving& saving, const node::Node& node, const std::stop_token& stop) {
  auto container = saving.host.inspect(node.id, stop);
  const auto image = container ? saving.host.engine().inspect_image(container->image_id, stop) : std::nullopt;
  if (!container || !image) {
    throw base::Error(base::ErrorCode::not_found,
                      fmt::format("'{}' or its image has gone meanwhile", node.name));
  }
  saving.manifest.nodes.push_back(
      {.name = node.name,
       .role = node.role,
       .image = container->image,
       .image_id = image->id,
       .layers = image->layers,
       .has_volume = !volume_of(*container).empty(),
       .recipe = docker::to_recipe(saving.host.engine().inspect_text(node.id, stop))});
  saving.places.image_of.push_back(place_of(saving, *image));
  saving.nodes.push_back(node);
  saving.containers.push_back(std::move(*container));
}

Saving observe(node::Host& host, const SaveRequest& request, const std::stop_token& stop) {
  check_name(request.name);
  auto nodes = cluster::require_nodes(host, request.cluster, stop);
  require_storage(host, stop);
  refuse_taken(host.engine(), request.cluster, request.name, stop);
  std::ranges::stable_partition(nodes,
                                [](const node::Node& one) { return one.role == node::kControlPlaneRole; });
  Saving saving{.host = host,
                .manifest = {.cluster = request.cluster,
                             .name = request.name,
                             .created = base::to_rfc3339(std::chrono::system_clock::now()),
                             .tool_version = request.tool_version}};
  saving.while_paused = request.while_paused;
  saving.data_volume = new_data_volume(request.cluster, request.name);
  for (const auto& node : nodes) {
    look_at(saving, node, stop);
  }
  if (saving.nodes.front().role != node::kControlPlaneRole) {
    throw base::Error(
        {.code = base::ErrorCode::not_found,
         .message = fmt::format("cluster '{}' has no control plane to be saved", request.cluster),
         .remedy = "ingot cluster status " + request.cluster});
  }
  return saving;
}

docker::ContainerSpec copier(const Saving& saving) {
  // It waits for the command that copies, and ends by itself, should this program be killed.
  auto spec =
      helper(saving.images.front().id, saving.manifest.cluster, "exec sleep 3600", saving.data_volume, true);
  spec.auto_remove = true;
  for (std::size_t i = 0; i < saving.nodes.size(); ++i) {
    mount_areas(spec, saving.containers[i], i, saving.manifest.nodes[i].has_volume, true);
  }
  for (std::size_t i = 0; i < saving.images.size(); ++i) {
    mount_image(spec, saving.images[i], i);
  }
  return spec;
}

void copy(Saving& saving, plan::StepContext& context) {
  saving.host.engine().create_volume(saving.data_volume,
                                     data_labels(saving.manifest.cluster, saving.manifest.name), {});
  saving.copier = std::make_unique<node::ThrowAway>(saving.host.engine(), copier(saving), context.stop());
  saving.host.start(saving.copier->id(), context.stop());
  std::vector<std::string> running;
  for (const auto& node : saving.nodes) {
    if (node.state == "running") {
      running.push_back(node.id);
    }
  }
  const auto copied = copy_nodes(saving.host, saving.copier->id(),
                                 copy_script(areas_of(saving.manifest.nodes), saving.places), running,
                                 saving.while_paused, context);
  saving.manifest.kubernetes_version = copied.kubernetes_version;
  saving.manifest.parts = copied.parts;
  saving.paused = copied.paused;
}

plan::Plan make_plan(Saving& saving) {
  plan::Plan plan;
  const auto& manifest = saving.manifest;
  const bool runs =
      std::ranges::any_of(saving.nodes, [](const auto& node) { return node.state == "running"; });
  plan.add({.id = "copy",
            .title = "copy what nodes have changed of their images",
            .cause = runs ? "they run: once while they do, and what has changed since while they are paused"
                          : "they do not run, so nobody is paused",
            .run = [&saving](plan::StepContext& context) { copy(saving, context); },
            .undo =
                [&saving](const std::stop_token& stop) {
                  saving.copier.reset();
                  saving.host.engine().remove_volume(saving.data_volume, stop);
                }});
  plan.add({.id = "record",
            .title = fmt::format("list it as {}/{}", manifest.cluster, manifest.name),
            .cause = "with the checksums of what it holds; what has no such entry is no snapshot",
            .needs = {"copy"},
            .run =
                [&saving](plan::StepContext& context) {
                  record(saving.host.engine(), saving.manifest, saving.data_volume, context.stop());
                },
            .undo =
                [&saving](const std::stop_token& stop) {
                  forget(saving.host.engine(), saving.manifest.cluster, saving.manifest.name,
                         saving.data_volume, stop);
                }});
  return plan;
}

}  // namespace

SaveResult save(node::Host& host, const SaveRequest& request, const plan::Interrupts& interrupts,
                plan::EventSink& sink) {
  // Half a node is worth nothing in a snapshot.
  const auto lock = cluster::lock_nodes(host, request.cluster, sink, interrupts.stop);
  auto saving = observe(host, request, interrupts.stop);
  remove_leftovers(host.engine(), interrupts.stop);
  const auto reference = request.cluster + "/" + request.name;
  const auto elapsed = execute(make_plan(saving),
                               {.verb = "save",
                                .subject = "snapshot/" + reference,
                                .failed = fmt::format("snapshot '{}' could not be saved", reference),
                                .timeout = request.timeout,
                                .left_behind = "ingot cluster resume " + request.cluster},
                               interrupts, sink);
  return {.snapshot = to_summary(saving.manifest), .paused = saving.paused, .elapsed = elapsed};
}

std::string plan_save(node::Host& host, const SaveRequest& request, const std::stop_token& stop) {
  auto saving = observe(host, request, stop);
  return make_plan(saving).to_text();
}

}  // namespace ingot::snapshot
