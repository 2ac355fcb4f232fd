// SPDX-License-Identifier: Apache-2.0
#include "snapshot/helper.hpp"

#include "base/error.hpp"
#include "node/snapshot_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::snapshot {

namespace {

bool has_option(const docker::EngineInfo& engine, std::string_view option) {
  return std::ranges::any_of(engine.security_options,
                             [&](const std::string& one) { return one.find(option) != std::string::npos; });
}

}  // namespace

std::string why_not(const docker::EngineInfo& engine) {
  if (engine.storage_driver != "overlay2") {
    return fmt::format("the engine's storage driver is {}, not overlay2", engine.storage_driver);
  }
  // There, owners of files and the marks of overlayfs are others than in a node.
  if (has_option(engine, "name=rootless") || has_option(engine, "name=userns")) {
    return "the engine maps users";
  }
  return {};
}

void require_storage(node::Host& host, const std::stop_token& stop) {
  if (const auto reason = why_not(host.info(stop)); !reason.empty()) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = "this engine cannot have snapshots of clusters",
                       .cause = reason,
                       .remedy = "use an engine with storage driver overlay2, run as root"});
  }
}

docker::ContainerSpec helper(const std::string& image_id, const std::string& cluster,
                             const std::string& script, const std::string& data_volume,
                             bool writes_snapshot) {
  docker::ContainerSpec spec;
  spec.image = image_id;
  spec.entrypoint = {"/bin/sh", "-c", script};
  spec.labels[std::string(node::kHelperLabel)] = cluster;
  spec.network_disabled = true;
  spec.privileged = true;
  // Images may have a volume there, which the engine would fill.
  spec.tmpfs = {{"/var", ""}, {"/ingot/work", ""}};
  if (!data_volume.empty()) {
    spec.mounts = {
        {.type = "volume", .source = data_volume, .target = kSnapshotFolder, .read_only = !writes_snapshot}};
  }
  return spec;
}

std::string volume_of(const docker::ContainerInfo& container) {
  const auto found = std::ranges::find_if(container.mounts, [](const docker::Mount& mount) {
    return mount.type == "volume" && mount.target == "/var";
  });
  return found == container.mounts.end() ? std::string() : found->source;
}

void mount_areas(docker::ContainerSpec& spec, const docker::ContainerInfo& container, std::size_t node,
                 bool has_volume, bool read_only) {
  if (container.changes_folder.empty()) {
    throw base::Error(
        base::ErrorCode::unsupported,
        fmt::format("the engine does not tell where it keeps the changes of '{}'", container.name));
  }
  spec.mounts.push_back({.source = container.changes_folder,
                         .target = fmt::format("{}/{}/upper", kNodesFolder, node),
                         .read_only = read_only});
  if (has_volume) {
    spec.mounts.push_back({.type = "volume",
                           .source = volume_of(container),
                           .target = fmt::format("{}/{}/var", kNodesFolder, node),
                           .read_only = read_only});
  }
}

void mount_image(docker::ContainerSpec& spec, const docker::ImageInfo& image, std::size_t place) {
  if (image.layer_folders.empty()) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("the engine does not tell where it keeps the layers of {}", image.id));
  }
  for (std::size_t i = 0; i < image.layer_folders.size(); ++i) {
    spec.mounts.push_back({.source = image.layer_folders[i],
                           .target = fmt::format("{}/{}/{}", kImagesFolder, place, i),
                           .read_only = true});
  }
}

std::unique_ptr<node::ThrowAway> reader(node::Host& host, const docker::ContainerSpec& spec,
                                        const Stored& snapshot, const std::stop_token& stop) {
  auto container = std::make_unique<node::ThrowAway>(host.engine(), spec, stop);
  // An engine makes a volume of whatever name a container wants; that one has no labels.
  const auto files = host.engine().inspect_volume(snapshot.data, {});
  if (files && files->labels.contains(std::string(node::kSnapshotFilesLabel))) {
    return container;
  }
  container.reset();
  host.engine().remove_volume(snapshot.data, {});
  throw no_such_snapshot(reference_of(snapshot));
}

void unpack(node::Host& host, const docker::ContainerSpec& spec, const Stored& snapshot,
            const std::stop_token& stop) {
  const auto container = reader(host, spec, snapshot, stop);
  run(host, container->id(), reference_of(snapshot), stop);
}

void run(node::Host& host, const std::string& id, const std::string& reference, const std::stop_token& stop) {
  host.start(id, stop);
  const int code = host.engine().wait_container(id, stop);
  if (code == 0) {
    return;
  }
  const auto output = host.console(id, stop);
  if (code == kDamaged) {
    throw base::Error({.code = base::ErrorCode::untrusted,
                       .message = fmt::format("snapshot '{}' is damaged", reference),
                       .cause = "what is stored is not what its checksums say",
                       .detail = output,
                       .remedy = "ingot cluster snapshot delete " + reference});
  }
  throw base::Error({.code = base::ErrorCode::command_failed,
                     .message = fmt::format("snapshot '{}' could not be unpacked", reference),
                     .cause = fmt::format("exit code {}", code),
                     .detail = output});
}

}  // namespace ingot::snapshot
