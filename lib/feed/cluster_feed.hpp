// SPDX-License-Identifier: Apache-2.0
// Keeps the Kubernetes objects of one cluster in a world, as the cluster's API tells them: one watch for each
// kind. An API that cannot be reached is looked for again, with pauses that grow to kLongestPause, and at
// once when something happens to the cluster's containers; meanwhile its objects stay as they were seen last,
// and its object of kind kube-api says why. Threads of its own; members are called by one thread at a time.
#pragma once

#include "base/error.hpp"
#include "feed/kube_objects.hpp"
#include "kube/client.hpp"
#include "live/world.hpp"
#include "node/host.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace ingot::feed {

class ClusterFeed {
 public:
  static constexpr std::chrono::milliseconds kShortestPause{50};
  static constexpr std::chrono::milliseconds kLongestPause{2000};
  static constexpr std::size_t kMostEvents = 500;

  ClusterFeed(node::Host& host, std::string cluster, std::vector<KubeResource> resources, live::World& world);
  // Ends it within moments. What the world holds of the cluster stays.
  ~ClusterFeed();
  ClusterFeed(const ClusterFeed&) = delete;
  ClusterFeed& operator=(const ClusterFeed&) = delete;

  // Something has happened to its containers.
  void look_now();

 private:
  using Pause = std::chrono::milliseconds;

  void run(const std::stop_token& stop);
  // Until the API goes away, which is an Error.
  void follow(const std::stop_token& stop);
  void await_api(const std::stop_token& stop);
  void note(const base::Error& error);
  [[nodiscard]] Pause rest(Pause pause, const std::stop_token& stop);

  node::Host& host_;
  const std::string cluster_;
  const std::vector<KubeResource> resources_;
  live::World& world_;
  std::unique_ptr<kube::Client> api_;  // of the thread below; null: how to reach it must be looked up
  std::mutex mutex_;                   // of what follows
  std::condition_variable_any changed_;
  bool has_news_ = false;
  std::jthread thread_;  // goes first
};

}  // namespace ingot::feed
