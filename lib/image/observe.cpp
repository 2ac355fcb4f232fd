// SPDX-License-Identifier: Apache-2.0
#include "image/observe.hpp"

#include "base/error.hpp"
#include "image/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ingot::image {

namespace {

[[noreturn]] void throw_missing(std::vector<std::string> problems, std::string remedy) {
  base::Failure failure{
      .code = base::ErrorCode::not_found, .message = problems.front(), .remedy = std::move(remedy)};
  if (problems.size() > 1) {
    failure.message = fmt::format("{} things are not there", problems.size());
    failure.problems = std::move(problems);
  }
  throw base::Error(std::move(failure));
}

std::vector<node::Node> nodes_of(node::Host& host, const std::string& cluster, const std::stop_token& stop) {
  auto nodes = host.nodes(cluster, stop);
  if (nodes.empty()) {
    throw_missing({fmt::format("there is no cluster named '{}'", cluster)}, "ingot cluster list");
  }
  std::erase_if(nodes, [](const node::Node& node) {
    return node.role != node::kControlPlaneRole && node.role != node::kWorkerRole;
  });
  return nodes;
}

// Leaves the nodes that are wanted; the others that are wanted but not to be had become problems.
void choose(std::vector<node::Node>& nodes, const std::string& cluster, const std::vector<std::string>& names,
            std::vector<std::string>& problems) {
  for (const auto& name : names) {
    if (std::ranges::find(nodes, name, &node::Node::name) == nodes.end()) {
      problems.push_back(fmt::format("cluster '{}' has no node '{}'", cluster, name));
    }
  }
  if (!names.empty()) {
    std::erase_if(nodes, [&](const node::Node& node) { return std::ranges::count(names, node.name) == 0; });
  }
  for (const auto& node : nodes) {
    if (node.state != "running") {
      problems.push_back(fmt::format("node '{}' does not run: its container is {}", node.name, node.state));
    }
  }
}

// A name, or the names that an image has if it is asked for by its id.
std::optional<WantedImage> look_up(node::Host& host, const std::string& reference,
                                   const std::stop_token& stop) {
  auto info = host.engine().inspect_image(reference, stop);
  if (!info) {
    return std::nullopt;
  }
  WantedImage image;
  if (is_id(reference, info->id) && std::ranges::count(info->tags, reference + ":latest") == 0) {
    for (const auto& tag : info->tags) {
      image.names.push_back(full_name(tag));
    }
  } else {
    image.names.push_back(full_name(reference));
  }
  image.info = std::move(*info);
  return image;
}

}  // namespace

std::vector<node::Node> nodes_for_images(node::Host& host, const std::string& cluster,
                                         const std::vector<std::string>& names, const std::stop_token& stop) {
  auto nodes = nodes_of(host, cluster, stop);
  std::vector<std::string> problems;
  choose(nodes, cluster, names, problems);
  if (!problems.empty()) {
    throw_missing(std::move(problems), "ingot cluster status " + cluster);
  }
  return nodes;
}

Observed observe(node::Host& host, const LoadRequest& request, const std::stop_token& stop) {
  Observed observed{.nodes = nodes_of(host, request.cluster, stop)};
  std::vector<std::string> problems;
  bool is_image_missing = false;
  for (const auto& reference : request.references) {
    if (auto image = look_up(host, reference, stop); !image) {
      problems.push_back(fmt::format("image: \"{}\" not present locally", reference));
      is_image_missing = true;
    } else if (image->names.empty()) {
      problems.push_back(fmt::format("image \"{}\" has no name; give it one with docker tag", reference));
    } else {
      observed.images.push_back(std::move(*image));
    }
  }
  choose(observed.nodes, request.cluster, request.nodes, problems);
  if (!problems.empty()) {
    throw_missing(std::move(problems), is_image_missing ? "docker pull, or build, the image first"
                                                        : "ingot cluster status " + request.cluster);
  }
  observed.contents = ask_all(host, observed.nodes, stop);
  return observed;
}

std::vector<LoadedImage> decide(const Observed& observed, const LoadRequest& request) {
  std::vector<LoadedImage> list;
  for (std::size_t i = 0; i < observed.images.size(); ++i) {
    const auto& image = observed.images[i];
    for (const auto& name : image.names) {
      LoadedImage one{.reference = request.references[i], .name = name, .id = image.info.id};
      for (std::size_t k = 0; k < observed.nodes.size(); ++k) {
        const auto& contents = observed.contents[k];
        const auto action = contents.has(image.info.id, name)
                                ? Action::present
                                : (contents.has(image.info.id) ? Action::tagged : Action::loaded);
        one.nodes.push_back({.node = observed.nodes[k].name, .action = action});
      }
      list.push_back(std::move(one));
    }
  }
  return list;
}

}  // namespace ingot::image
