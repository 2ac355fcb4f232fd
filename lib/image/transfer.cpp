// SPDX-License-Identifier: Apache-2.0
#include "image/transfer.hpp"

#include "base/error.hpp"
#include "image/byte_progress.hpp"
#include "image/digest.hpp"
#include "image/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ingot::image {

namespace {

// Names the image whose id is $1. It is looked for by its configuration, which its manifest names, for its
// row by id is made by Kubernetes' part of containerd a moment after an import; engines that keep images in
// containerd have the digest of a row as id.
constexpr std::string_view kName = R"(row=$(ctr -n k8s.io images ls | while read -r row _ digest _; do
  if [ "$digest" = "$1" ] || ctr -n k8s.io content get "$digest" 2>/dev/null | grep -qF "\"$1\""; then
    echo "$row"
    break
  fi
done)
exec ctr -n k8s.io images tag --force "${row:?it is not there}" "$2")";

bool has_digest(const std::string& name) {
  return name.find('@') != std::string::npos;
}

}  // namespace

Transfer::Transfer(node::Host& host, const Observed& observed, Way wish)
    : host_(host), observed_(observed), wish_(wish) {
  for (std::size_t k = 0; k < observed_.nodes.size(); ++k) {
    NeedyNode node{.node = observed_.nodes[k], .contents = observed_.contents[k]};
    for (std::size_t i = 0; i < observed_.images.size(); ++i) {
      if (!node.contents.has(observed_.images[i].info.id)) {
        node.images.push_back(i);
      }
    }
    if (!node.images.empty()) {
      needy_.push_back(std::move(node));
    }
  }
}

bool Transfer::is_needed(const WantedImage& image) const {
  return std::ranges::any_of(needy_,
                             [&](const NeedyNode& node) { return !node.contents.has(image.info.id); });
}

std::size_t Transfer::image_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(observed_.images, [&](const WantedImage& image) { return is_needed(image); }));
}

void Transfer::run(plan::StepContext& context) {
  if (wish_ != Way::stream && try_copy(context)) {
    way_ = Way::layers;
    return;
  }
  way_ = Way::stream;
  stream_export(context);
}

void Transfer::clean(const std::stop_token& stop) {
  if (copy_) {
    copy_->clean(stop);
  }
}

// The short way. Whatever keeps it from working, the long one does not depend on.
bool Transfer::try_copy(plan::StepContext& context) {
  const auto engine = host_.info(context.stop());
  const auto obstacle = why_no_layer_copy(engine, observed_.images, needy_);
  if (!obstacle.empty()) {
    if (wish_ == Way::layers) {
      throw base::Error(base::ErrorCode::unsupported, "layers cannot be copied from the engine's storage",
                        obstacle);
    }
    return false;
  }
  copy_ = std::make_unique<LayerCopy>(host_, observed_.images, needy_);
  try {
    copy_->run(engine, context.stop());
    return true;
  } catch (const base::Error& error) {
    if (wish_ == Way::layers) {
      throw;
    }
    context.warn(fmt::format("layers could not be copied, streaming the engine's export instead: {}",
                             error.failure().message));
    copy_->clean(context.stop());
    return false;
  }
}

void Transfer::stream_export(plan::StepContext& context) {
  std::vector<std::string> names;  // full ones: an export by id would have none
  std::int64_t total = 0;
  for (const auto& image : observed_.images) {
    if (is_needed(image)) {
      std::ranges::copy(image.names, std::back_inserter(names));
      total += image.info.size;
    }
  }
  std::vector<Target> targets;
  for (const auto& node : needy_) {
    targets.push_back(
        {.node = node.node, .snapshotter = node.contents.snapshotter, .has = what_it_has(node)});
  }
  const Source source = [&](const std::function<bool(std::string_view)>& sink, const std::stop_token& stop) {
    ByteProgress progress(context, total);
    host_.engine().export_images(
        names,
        [&](std::string_view bytes) {
          progress.add(bytes.size());
          return sink(bytes);
        },
        stop);
  };
  static_cast<void>(stream_into(host_, targets, source, context.stop()));
  name_by_digest(context.stop());
}

void Transfer::name_by_digest(const std::stop_token& stop) {
  for (const auto& node : needy_) {
    for (const auto i : node.images) {
      const auto& image = observed_.images[i];
      for (const auto& name : image.names) {
        if (!has_digest(name)) {
          continue;
        }
        const auto done = host_.run(
            node.node.id, {"/bin/sh", "-c", std::string(kName), "name", image.info.id, name}, {}, stop);
        if (done.exit_code != 0) {
          throw base::Error(
              {.code = base::ErrorCode::command_failed,
               .message = fmt::format("node '{}' could not name an image {}", node.node.name, name),
               .detail = done.output});
        }
      }
    }
  }
}

// Blobs, and layers that are unpacked wherever these images have them.
std::set<std::string> Transfer::what_it_has(const NeedyNode& node) const {
  auto has = node.contents.blobs;
  std::set<std::string> needed;
  for (const auto i : node.images) {
    const auto& layers = observed_.images[i].info.layers;
    const auto chain = chain_ids(layers);
    for (std::size_t at = 0; at < layers.size(); ++at) {
      (node.contents.snapshots.contains(chain[at]) ? has : needed).insert(layers[at]);
    }
  }
  for (const auto& layer : needed) {
    if (!node.contents.blobs.contains(layer)) {
      has.erase(layer);
    }
  }
  return has;
}

}  // namespace ingot::image
