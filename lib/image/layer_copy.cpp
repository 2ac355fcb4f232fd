// SPDX-License-Identifier: Apache-2.0
#include "image/layer_copy.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "image/digest.hpp"
#include "image/layout.hpp"
#include "node/throw_away.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace ingot::image {

namespace {

constexpr std::string_view kVolume = "/var";  // of a node: what its containerd keeps is on it
constexpr std::string_view kIncoming = "/lib/ingot-load/";

// In a node. Layers come from below. A snapshot has no owner until the image is there; ctr protects it with a
// label from being collected meanwhile, and the label has to go in the end. What a killed run left is removed
// first.
constexpr std::string_view kAdopt = R"sh(set -eu
in=$1; shift
exec 9>/run/ingot-image-load.lock; flock 9
snapshots() { ctr -n k8s.io snapshots --snapshotter overlayfs "$@"; }
adopted=
finish() {
  for one in $adopted; do snapshots label "$one" containerd.io/gc.root= >/dev/null || :; done
  rm -rf "$in"
}
trap finish EXIT
snapshots ls | sed -n 's/^\(ingot-load-[^ ]*\) .*/\1/p' | while read -r key; do snapshots rm "$key"; done
parent=
while [ $# -gt 0 ]; do
  case $1 in
  image)
    parent=
    ;;
  layer)
    hex=${2#sha256:}
    if [ -e "$in/$hex" ] && ! snapshots info "$2" >/dev/null 2>&1; then
      snapshots prepare --mounts "ingot-load-$hex" $parent >"$in/mounts"
      folder=$(sed -n 's/.*"upperdir=\([^"]*\)".*/\1/p; s/.*"Source": "\(\/.*\)".*/\1/p' "$in/mounts")
      rmdir "$folder"
      mv -T "$in/$hex" "$folder"
      snapshots commit "$2" "ingot-load-$hex"
      adopted="$adopted $2"
    fi
    parent=$2
    ;;
  import)
    ctr -n k8s.io images import --snapshotter overlayfs "$in/$2" >/dev/null
    ;;
  esac
  shift 2
done)sh";

std::string hex_of(const std::string& digest) {
  return digest.substr(digest.find(':') + 1);
}

std::string new_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

bool has_option(const docker::EngineInfo& engine, std::string_view option) {
  return std::ranges::any_of(engine.security_options,
                             [&](const std::string& one) { return one.find(option) != std::string::npos; });
}

std::string volume_of(const docker::ContainerInfo& container) {
  for (const auto& mount : container.mounts) {
    if (mount.type == "volume" && mount.target == kVolume) {
      return mount.source;
    }
  }
  throw base::Error(base::ErrorCode::unsupported, fmt::format("{} has no volume at /var", container.name));
}

std::string config_path(const std::string& id) {
  return "/ingot/config/" + hex_of(id);
}

}  // namespace

std::string why_no_layer_copy(const docker::EngineInfo& engine, const std::vector<WantedImage>& images,
                              const std::vector<NeedyNode>& nodes) {
  if (engine.storage_driver != "overlay2") {
    return fmt::format("the engine's storage driver is {}, not overlay2", engine.storage_driver);
  }
  // There, owners of files and the marks of overlayfs are others than in a node.
  if (has_option(engine, "name=rootless") || has_option(engine, "name=userns")) {
    return "the engine maps users";
  }
  for (const auto& image : images) {
    const bool is_known = !image.info.layers.empty() &&
                          image.info.layer_folders.size() == image.info.layers.size() &&
                          std::ranges::all_of(image.info.layers, is_digest) && is_digest(image.info.id) &&
                          std::ranges::all_of(image.info.layer_folders,
                                              [](const std::string& path) { return path.starts_with('/'); });
    if (!is_known) {
      return "the engine does not tell where it keeps the image's layers";
    }
  }
  for (const auto& node : nodes) {
    if (node.contents.snapshotter != "overlayfs") {
      return fmt::format("the snapshotter of node '{}' is not overlayfs", node.node.name);
    }
  }
  return {};
}

LayerCopy::LayerCopy(node::Host& host, const std::vector<WantedImage>& images,
                     const std::vector<NeedyNode>& nodes)
    : host_(host), images_(images), nodes_(nodes), token_(new_token()) {
  for (const auto& image : images_) {
    chains_.push_back(chain_ids(image.info.layers));
  }
}

std::vector<std::size_t> LayerCopy::missing(const NeedyNode& node, std::size_t image) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < chains_[image].size(); ++i) {
    if (!node.contents.snapshots.contains(chains_[image][i])) {
      positions.push_back(i);
    }
  }
  return positions;
}

docker::ContainerSpec LayerCopy::helper(const docker::EngineInfo& engine, const std::stop_token& stop) {
  docker::ContainerSpec spec;
  // Ends by itself, should this program be killed; the engine removes it then.
  spec.entrypoint = {"/bin/sh", "-c", "exec sleep 600"};
  spec.auto_remove = true;
  spec.labels[std::string(node::kHelperLabel)] = nodes_.front().node.cluster;
  spec.network_disabled = true;
  spec.privileged = true;
  spec.tmpfs = {{std::string(kVolume), ""}};
  std::map<std::string, std::string> folders;  // by chain id
  std::set<std::string> ids;
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const auto container = host_.inspect(nodes_[k].node.id, stop);
    if (!container) {
      throw base::Error(base::ErrorCode::not_found, fmt::format("node '{}' has gone", nodes_[k].node.name));
    }
    spec.image = container->image_id;
    spec.mounts.push_back(
        {.type = "volume", .source = volume_of(*container), .target = fmt::format("/ingot/nodes/{}", k)});
    for (const auto i : nodes_[k].images) {
      ids.insert(images_[i].info.id);
      for (const auto at : missing(nodes_[k], i)) {
        folders[chains_[i][at]] = images_[i].info.layer_folders[at];
      }
    }
  }
  for (const auto& [chain, folder] : folders) {
    spec.mounts.push_back({.source = folder, .target = "/ingot/layers/" + hex_of(chain), .read_only = true});
  }
  for (const auto& id : ids) {
    spec.mounts.push_back(
        {.source = fmt::format("{}/image/overlay2/imagedb/content/sha256/{}", engine.root_dir, hex_of(id)),
         .target = config_path(id),
         .read_only = true});
  }
  return spec;
}

std::string LayerCopy::pack_images(const std::string& helper, const std::stop_token& stop) {
  std::vector<tar::File> files;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    const auto& image = images_[i];
    const bool is_needed = std::ranges::any_of(
        nodes_, [&](const NeedyNode& node) { return std::ranges::count(node.images, i) > 0; });
    if (!is_needed) {
      continue;
    }
    const auto found = tar::unpack(host_.engine().get_archive(helper, config_path(image.info.id), stop));
    if (found.size() != 1 || digest_of(found.begin()->second) != image.info.id) {
      throw base::Error(base::ErrorCode::untrusted,
                        "the engine's copy of an image's configuration is not the image's");
    }
    files.push_back({.path = fmt::format("/ingot/images/{}.tar", i),
                     .content = layout_without_layers(found.begin()->second, image.info, image.names)});
  }
  return tar::pack(files);
}

std::string LayerCopy::copy_script() const {
  std::string script;
  std::string waiting = "code=0\n";
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    std::set<std::string> sources;
    for (const auto i : nodes_[k].images) {
      sources.insert(fmt::format("/ingot/images/{}.tar", i));
      for (const auto at : missing(nodes_[k], i)) {
        sources.insert("/ingot/layers/" + hex_of(chains_[i][at]));
      }
    }
    const auto all = fmt::format("/ingot/nodes/{}{}", k, kIncoming);
    // What killed runs left goes after an hour: no run takes as long.
    script += fmt::format(
        "( mkdir -p {0}{1} && cp -a {2} {0}{1}/ && find {0} -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf "
        "{{}} + ) & p{3}=$!\n",
        all, token_, fmt::join(sources, " "), k);
    waiting += fmt::format("wait $p{} || code=1\n", k);
  }
  return script + waiting + "exit $code";
}

void LayerCopy::adopt(const NeedyNode& node, const std::stop_token& stop) {
  std::vector<std::string> command{"/bin/sh", "-c", std::string(kAdopt), "adopt",
                                   fmt::format("{}{}{}", kVolume, kIncoming, token_)};
  for (const auto i : node.images) {
    command.insert(command.end(), {"image", std::to_string(i)});
    for (const auto& chain : chains_[i]) {
      command.insert(command.end(), {"layer", chain});
    }
    command.insert(command.end(), {"import", fmt::format("{}.tar", i)});
  }
  const auto result = host_.run(node.node.id, command, {}, stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("node '{}' did not take the images", node.node.name),
                       .detail = result.output});
  }
}

void LayerCopy::run(const docker::EngineInfo& engine, const std::stop_token& stop) {
  auto container = std::make_unique<node::ThrowAway>(host_.engine(), helper(engine, stop), stop);
  const auto& id = container->id();
  host_.engine().put_archive(id, "/", pack_images(id, stop), stop);
  host_.start(id, stop);
  const auto copied = host_.run(id, {"/bin/sh", "-c", copy_script()}, {}, stop);
  if (copied.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "the layers could not be copied to the nodes",
                       .detail = copied.output});
  }
  std::vector<std::exception_ptr> failures(nodes_.size());
  {
    const std::jthread removing([&] { container.reset(); });
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      threads.emplace_back([&, k] {
        try {
          adopt(nodes_[k], stop);
        } catch (...) {
          failures[k] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

void LayerCopy::clean(const std::stop_token& stop) {
  for (const auto& node : nodes_) {
    static_cast<void>(
        host_.run(node.node.id, {"rm", "-rf", fmt::format("{}{}{}", kVolume, kIncoming, token_)}, {}, stop));
  }
}

}  // namespace ingot::image
