// SPDX-License-Identifier: Apache-2.0
// The short way of an image into nodes of the same engine: its unpacked layers, which the engine's storage
// driver (overlay2) keeps in one folder each, are copied by a throw-away container into the nodes' volumes,
// and the nodes' containerd takes each as a snapshot. Nothing passes through this program or through a tar,
// and nothing is unpacked or compressed; containerd's overlayfs snapshotter has the same form on disk. The
// image's configuration is checked against its id; layers are as trustworthy as the engine's own disk. Nodes
// hold no packed layers then, as with the images that a node image brings along, so such an image cannot be
// exported from a node.
#pragma once

#include "image/node_contents.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::image {

struct WantedImage {
  docker::ImageInfo info;
  std::vector<std::string> names;  // full ones
};

struct NeedyNode {
  node::Node node;
  NodeContents contents;
  std::vector<std::size_t> images;  // which of the wanted it lacks
};

// Why it cannot be done; empty when it can.
[[nodiscard]] std::string why_no_layer_copy(const docker::EngineInfo& engine,
                                            const std::vector<WantedImage>& images,
                                            const std::vector<NeedyNode>& nodes);

class LayerCopy {
 public:
  LayerCopy(node::Host& host, const std::vector<WantedImage>& images, const std::vector<NeedyNode>& nodes);

  // All nodes at once. Afterwards they have the images, or an Error tells why they do not.
  void run(const docker::EngineInfo& engine, const std::stop_token& stop);
  // Takes back what an interrupted run left in the nodes.
  void clean(const std::stop_token& stop);

 private:
  [[nodiscard]] docker::ContainerSpec helper(const docker::EngineInfo& engine, const std::stop_token& stop);
  [[nodiscard]] std::string pack_images(const std::string& helper, const std::stop_token& stop);
  [[nodiscard]] std::string copy_script() const;
  void adopt(const NeedyNode& node, const std::stop_token& stop);
  // Positions of layers of an image that a node lacks.
  [[nodiscard]] std::vector<std::size_t> missing(const NeedyNode& node, std::size_t image) const;

  node::Host& host_;
  const std::vector<WantedImage>& images_;
  const std::vector<NeedyNode>& nodes_;
  std::vector<std::vector<std::string>> chains_;  // of each image
  std::string token_;                             // of this run
};

}  // namespace ingot::image
