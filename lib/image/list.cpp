// SPDX-License-Identifier: Apache-2.0
#include "image/list.hpp"

#include "image/digest.hpp"
#include "image/node_contents.hpp"
#include "image/observe.hpp"

#include <algorithm>
#include <map>

namespace ingot::image {

void add_node(ImageList& list, const std::string& node, const NodeContents& contents) {
  std::map<std::string, NodeImage> by_digest;
  for (const auto& row : contents.images) {
    auto& image = by_digest[row.digest];
    image.digest = row.digest;
    image.size = row.size;
    if (is_digest(row.name)) {
      image.id = row.name;
    } else if (row.name.find('@') == std::string::npos) {  // by digest: containerd's own bookkeeping
      image.names.push_back(row.name);
    }
  }
  list.nodes.push_back(node);
  for (auto& [digest, image] : by_digest) {
    std::ranges::sort(image.names);
    const auto same = std::ranges::find_if(list.images, [&image = image](const NodeImage& other) {
      return other.digest == image.digest && other.names == image.names;
    });
    if (same != list.images.end()) {
      same->nodes.push_back(node);
    } else {
      image.nodes = {node};
      list.images.push_back(std::move(image));
    }
  }
}

ImageList list(node::Host& host, const std::string& cluster, const std::vector<std::string>& nodes,
               const std::stop_token& stop) {
  const auto chosen = nodes_for_images(host, cluster, nodes, stop);
  const auto contents = ask_all(host, chosen, stop);
  ImageList list{.cluster = cluster};
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    add_node(list, chosen[k].name, contents[k]);
  }
  std::ranges::stable_sort(list.images, {}, [](const NodeImage& image) {
    return image.names.empty() ? image.digest : image.names.front();
  });
  return list;
}

}  // namespace ingot::image
