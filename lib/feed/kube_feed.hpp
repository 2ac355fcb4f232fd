// SPDX-License-Identifier: Apache-2.0
// Keeps the Kubernetes objects of all clusters of one engine in a world: a ClusterFeed for each cluster whose
// control plane runs. Objects of a cluster that is stopped or gone are gone; of one that is paused they stay
// as they are, since nothing of it moves. Used by one thread at a time.
#pragma once

#include "feed/cluster_feed.hpp"
#include "live/world.hpp"
#include "node/host.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ingot::feed {

// How far a cluster's API can be there, as its containers are.
enum class Motion { stopped, paused, runs };

struct ClusterMotion {
  Motion motion = Motion::stopped;
  std::string entrance;  // id of the container that the API is reached by
  [[nodiscard]] bool operator==(const ClusterMotion&) const = default;
};

// Of each cluster by name. Pure.
[[nodiscard]] std::map<std::string, ClusterMotion> motions_of(const std::vector<node::Node>& nodes);

class KubeFeed {
 public:
  // What `wish` does not ask for is not watched.
  KubeFeed(node::Host& host, live::Filter wish, live::World& world);

  // All nodes of the engine, whenever some may have changed.
  void see(const std::vector<node::Node>& nodes);

 private:
  struct Shown {
    std::string entrance;
    std::unique_ptr<ClusterFeed> feed;  // null: paused
  };
  void see_one(const std::string& cluster, const ClusterMotion& now);
  void take_out(const std::string& cluster);
  [[nodiscard]] bool is_wanted(const std::string& cluster) const;

  node::Host& host_;
  const live::Filter wish_;
  live::World& world_;
  std::map<std::string, Shown> shown_;
};

}  // namespace ingot::feed
