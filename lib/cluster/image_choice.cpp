// SPDX-License-Identifier: Apache-2.0
#include "cluster/image_choice.hpp"

#include "config/validate.hpp"
#include "kubeadm/version.hpp"

#include <optional>
#include <set>

namespace ingot::cluster {

namespace {

std::optional<std::string> newest_built_here(node::Host& host, const std::stop_token& stop) {
  std::optional<std::string> newest;
  std::optional<kubeadm::KubernetesVersion> newest_version;
  for (const auto& image : host.engine().list_images({"dev.ingot.node-image=1"}, stop)) {
    const auto label = image.labels.find("org.opencontainers.image.version");
    const auto version = kubeadm::parse_version(label == image.labels.end() ? "" : label->second);
    if (!image.tags.empty() && version &&
        (!newest_version || kubeadm::compare(*newest_version, *version) < 0)) {
      newest = image.tags.front();
      newest_version = version;
    }
  }
  return newest;
}

}  // namespace

ImageChoice choose_images(node::Host& host, const config::ClusterSpec& spec,
                          const std::string& override_image, const std::stop_token& stop) {
  ImageChoice choice;
  std::optional<std::string> by_default;
  for (const auto& node : spec.nodes) {
    std::string image = override_image.empty() ? node.image : override_image;
    if (image.empty() || image == config::kDefaultNodeImage) {
      if (!by_default) {
        by_default = newest_built_here(host, stop).value_or(config::kDefaultNodeImage);
      }
      image = *by_default;
    }
    choice.images.push_back(std::move(image));
  }
  const std::set<std::string> distinct(choice.images.begin(), choice.images.end());
  for (const auto& image : distinct) {
    if (!host.engine().inspect_image(image, stop)) {
      choice.missing.push_back(image);
    }
  }
  return choice;
}

}  // namespace ingot::cluster
