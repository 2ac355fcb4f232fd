// SPDX-License-Identifier: Apache-2.0
#include "instance/choice.hpp"

#include "base/error.hpp"
#include "instance/join.hpp"
#include "instance/labels.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace ingot::instance {

void refuse_existing(node::Host& host, const std::string& name, const std::stop_token& stop) {
  const auto existing = host.inspect(name, stop);
  if (!existing) {
    return;
  }
  const bool is_instance = docker::label_of(existing->labels, kInstanceLabel) == name;
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("{} named '{}' exists already",
                                            is_instance ? "an instance" : "another container", name),
                     .cause = fmt::format("it is {}", existing->state),
                     .remedy = is_instance ? "ingot instance delete " + name : "choose another name"});
}

std::string choose_image(node::Host& host, const Spec& spec, const std::stop_token& stop) {
  if (!spec.image.empty()) {
    return spec.image;
  }
  std::optional<docker::ImageInfo> newest;
  for (auto& image : host.engine().list_images({fmt::format("{}=1", kImageLabel)}, stop)) {
    if (!image.tags.empty() && (!newest || newest->created < image.created)) {
      newest = std::move(image);
    }
  }
  if (!newest) {
    throw base::Error({.code = base::ErrorCode::image_missing,
                       .message = "the engine has no image of an instance",
                       .remedy = "ingot image build --instance"});
  }
  return newest->tags.front();
}

std::string choose_network(node::Host& host, const Spec& spec, const std::stop_token& stop) {
  if (spec.cluster.empty()) {
    return spec.network.empty() ? "kind" : spec.network;
  }
  const auto network = network_of_cluster(host, spec.cluster, stop);
  if (!spec.network.empty() && spec.network != network) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("cluster '{}' is on the network '{}', not on '{}'",
                                              spec.cluster, network, spec.network),
                       .remedy = "leave --network out"});
  }
  return network;
}

}  // namespace ingot::instance
