// SPDX-License-Identifier: Apache-2.0
#include "feed/objects.hpp"

#include "base/text.hpp"
#include "feed/make_object.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::feed {

namespace {

using live::Kind;
using live::Object;
using nlohmann::json;

// As engines order them by chance.
std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

std::string words_of(const base::Error& error) {
  return error.failure().cause.empty() ? error.failure().message : error.failure().cause;
}

Object to_object(const std::string& engine, const std::string& failure) {
  return make_object({.kind = Kind::engine, .id = engine, .cluster = {}, .labels = {}},
                     {{"state", failure.empty() ? "Connected" : "Away"}, {"detail", failure}});
}

Object to_object(const cluster::ClusterSummary& cluster) {
  json data = {{"state", cluster.state},     {"controlPlanes", cluster.control_planes},
               {"workers", cluster.workers}, {"running", cluster.running},
               {"image", cluster.image},     {"created", base::to_rfc3339(cluster.created)}};
  if (cluster.expires) {
    data["expires"] = base::to_rfc3339(*cluster.expires);
  }
  return make_object(
      {.kind = Kind::cluster, .id = cluster.name, .cluster = cluster.name, .labels = cluster.labels}, data);
}

Object to_object(const node::Node& node) {
  return make_object({.kind = Kind::node, .id = node.name, .cluster = node.cluster, .labels = node.labels},
                     {{"role", node.role},
                      {"state", node.state},
                      {"address", node.address},
                      {"image", node.image},
                      {"containerId", node.id},
                      {"created", base::to_rfc3339(std::chrono::system_clock::from_time_t(node.created))}});
}

Object to_object(const instance::Summary& instance) {
  return make_object(
      {.kind = Kind::instance, .id = instance.name, .cluster = instance.cluster, .labels = instance.labels},
      {{"state", instance.state},
       {"address", instance.address},
       {"ssh", instance.ssh},
       {"image", instance.image},
       {"containerId", instance.id},
       {"created", base::to_rfc3339(instance.created)}});
}

Object to_object(const docker::NetworkInfo& network) {
  std::vector<std::string> subnets;
  for (const auto& subnet : network.subnets) {
    subnets.push_back(subnet.subnet);
  }
  return make_object(
      {.kind = Kind::network, .id = network.id, .cluster = {}, .labels = network.labels},
      {{"name", network.name}, {"driver", network.driver}, {"subnets", sorted(std::move(subnets))}});
}

Object to_object(const docker::ImageInfo& image) {
  json data = {{"tags", sorted(image.tags)}, {"sizeBytes", std::max<std::int64_t>(image.size, 0)}};
  if (const auto created = base::parse_rfc3339(image.created)) {
    data["created"] = base::to_rfc3339(*created);
  }
  return make_object({.kind = Kind::image, .id = image.id, .cluster = {}, .labels = image.labels}, data);
}

}  // namespace ingot::feed
