// SPDX-License-Identifier: Apache-2.0
#include "feed/cluster_feed.hpp"

#include "base/wait.hpp"
#include "cluster/api_access.hpp"
#include "feed/kube_watches.hpp"
#include "feed/objects.hpp"
#include "kube/probe.hpp"
#include "kube/wait.hpp"

#include <algorithm>
#include <utility>

namespace ingot::feed {

namespace {

using base::Error;
using base::ErrorCode;

// For an answer of a server that listens.
constexpr std::chrono::milliseconds kPatience{1000};

std::unique_ptr<kube::Client> reach(node::Host& host, const std::string& cluster,
                                    const std::stop_token& stop) {
  const auto nodes = host.nodes(cluster, stop);
  const auto* entrance = cluster::entrance_of(nodes);
  const auto* control_plane = cluster::first_control_plane(nodes);
  if (entrance == nullptr || control_plane == nullptr) {
    throw Error(ErrorCode::not_found, "the cluster has no control plane");
  }
  return cluster::admin_api(host, control_plane->name, entrance->name, entrance->name, stop);
}

}  // namespace

ClusterFeed::ClusterFeed(node::Host& host, std::string cluster, std::vector<KubeResource> resources,
                         live::World& world)
    : host_(host),
      cluster_(std::move(cluster)),
      resources_(std::move(resources)),
      world_(world),
      thread_([this](const std::stop_token& stop) {
        try {
          run(stop);
        } catch (const base::Cancelled&) {
        }
      }) {}

ClusterFeed::~ClusterFeed() = default;

void ClusterFeed::look_now() {
  {
    const std::scoped_lock lock(mutex_);
    has_news_ = true;
  }
  changed_.notify_all();
}

void ClusterFeed::run(const std::stop_token& stop) {
  auto pause = kShortestPause;
  for (;;) {
    const auto began = base::Clock::now();
    try {
      follow(stop);
    } catch (const Error& error) {
      base::check_stop(stop);
      note(error);
    }
    // Only an API that was there for a while is expected back soon.
    pause = rest(base::Clock::now() - began > kLongestPause ? kShortestPause : pause, stop);
  }
}

void ClusterFeed::follow(const std::stop_token& stop) {
  if (api_ == nullptr) {
    api_ = reach(host_, cluster_, stop);
  }
  await_api(stop);
  watch_all(*api_, cluster_, resources_, kMostEvents, world_, stop);
}

void ClusterFeed::await_api(const std::stop_token& stop) {
  if (!kube::may_listen(api_->server())) {
    throw Error(ErrorCode::cluster_unreachable, "the API server at " + api_->server() + " does not answer",
                "nobody listens");
  }
  kube::wait_for_api(*api_, base::Clock::now() + kPatience, stop);
}

void ClusterFeed::note(const Error& error) {
  world_.set(to_kube_api(cluster_, words_of(error)), std::chrono::system_clock::now());
  // Whoever is known and does not answer may be back as it was; all else may be somebody else by now.
  if (error.code() != ErrorCode::cluster_unreachable && error.code() != ErrorCode::timed_out) {
    api_.reset();
  }
}

// Until there is news, or for `pause`. How long the next one may be.
ClusterFeed::Pause ClusterFeed::rest(Pause pause, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool has_news = changed_.wait_for(lock, stop, pause, [this] { return has_news_; });
  base::check_stop(stop);
  if (!has_news) {
    return std::min(2 * pause, kLongestPause);
  }
  has_news_ = false;
  api_.reset();
  return kShortestPause;
}

}  // namespace ingot::feed
