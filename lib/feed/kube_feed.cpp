// SPDX-License-Identifier: Apache-2.0
#include "feed/kube_feed.hpp"

#include "cluster/api_access.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ingot::feed {

namespace {

using std::chrono::system_clock;

ClusterMotion motion_of(const std::vector<node::Node>& nodes) {
  const auto* entrance = cluster::entrance_of(nodes);
  const auto* control_plane = cluster::first_control_plane(nodes);
  if (entrance == nullptr || control_plane == nullptr) {
    return {};
  }
  const auto is_one_of = [](const node::Node& node, const std::vector<std::string_view>& states) {
    return std::ranges::find(states, node.state) != states.end();
  };
  const auto both_are = [&](const std::vector<std::string_view>& states) {
    return is_one_of(*entrance, states) && is_one_of(*control_plane, states);
  };
  const auto motion = both_are({"running"})             ? Motion::runs
                      : both_are({"running", "paused"}) ? Motion::paused
                                                        : Motion::stopped;
  return {.motion = motion, .entrance = entrance->id};
}

std::vector<KubeResource> resources_of(const live::Filter& wish) {
  std::vector<KubeResource> resources;
  for (const auto& resource : kube_resources()) {
    if (wish.asks_for(resource.kind)) {
      resources.push_back(resource);
    }
  }
  if (resources.empty()) {  // whether the API is there is seen by a watch of something
    resources.push_back(kube_resources().front());
  }
  return resources;
}

}  // namespace

std::map<std::string, ClusterMotion> motions_of(const std::vector<node::Node>& nodes) {
  std::map<std::string, std::vector<node::Node>> clusters;
  for (const auto& node : nodes) {
    clusters[node.cluster].push_back(node);
  }
  std::map<std::string, ClusterMotion> motions;
  for (const auto& [name, of_one] : clusters) {
    motions[name] = motion_of(of_one);
  }
  return motions;
}

KubeFeed::KubeFeed(node::Host& host, live::Filter wish, live::World& world)
    : host_(host), wish_(std::move(wish)), world_(world) {}

void KubeFeed::see(const std::vector<node::Node>& nodes) {
  auto motions = motions_of(nodes);
  for (const auto& [cluster, shown] : shown_) {
    motions.try_emplace(cluster);  // it is gone, which is as good as stopped
  }
  for (const auto& [cluster, now] : motions) {
    if (is_wanted(cluster)) {
      see_one(cluster, now);
    }
  }
}

bool KubeFeed::is_wanted(const std::string& cluster) const {
  return wish_.clusters.empty() || std::ranges::find(wish_.clusters, cluster) != wish_.clusters.end();
}

void KubeFeed::see_one(const std::string& cluster, const ClusterMotion& now) {
  const auto known = shown_.find(cluster);
  // Another container by the same name is another cluster.
  if (known != shown_.end() && (now.motion == Motion::stopped || now.entrance != known->second.entrance)) {
    take_out(cluster);
  }
  if (now.motion == Motion::runs) {
    auto& shown = shown_[cluster];
    shown.entrance = now.entrance;
    if (shown.feed == nullptr) {
      shown.feed = std::make_unique<ClusterFeed>(host_, cluster, resources_of(wish_), world_);
    } else {
      shown.feed->look_now();
    }
  } else if (const auto still = shown_.find(cluster); still != shown_.end()) {
    still->second.feed.reset();
    world_.set(to_kube_api(cluster, "the cluster is paused"), system_clock::now());
  }
}

void KubeFeed::take_out(const std::string& cluster) {
  shown_.erase(cluster);
  const live::Filter which{.kinds = {live::kKubernetesKinds.begin(), live::kKubernetesKinds.end()},
                           .clusters = {cluster},
                           .labels = {}};
  world_.replace(which, {}, system_clock::now());
}

}  // namespace ingot::feed
