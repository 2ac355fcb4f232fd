// SPDX-License-Identifier: Apache-2.0
#include "feed/kube_watches.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "feed/mirror.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace ingot::feed {

namespace {

class Watches {
 public:
  Watches(kube::Client& api, const std::string& cluster, std::size_t resources, std::size_t most_events,
          live::World& world)
      : api_(api), cluster_(cluster), most_events_(most_events), world_(world), unknown_(resources) {}

  void run(std::span<const KubeResource> resources, const std::stop_token& stop) {
    const std::stop_callback pass_on(stop, [this] { end_.request_stop(); });
    std::vector<std::jthread> threads;
    for (const auto& resource : resources) {
      threads.emplace_back([this, &resource] { follow_to_the_end(resource); });
    }
  }

  [[nodiscard]] const std::optional<base::Failure>& failure() const { return failure_; }

 private:
  // The first that ends has the reason, and ends the others.
  void follow_to_the_end(const KubeResource& resource) {
    try {
      follow(resource);
    } catch (const base::Cancelled&) {
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) {
        failure_ = base::current_failure();
      }
    }
    end_.request_stop();
  }

  void follow(const KubeResource& resource) {
    Mirror mirror(world_, resource.kind, cluster_, most_events_);
    bool is_known = false;
    const auto take = [&](kube::EventKind what, const auto& object) {
      mirror.take(what, object);
      if (what == kube::EventKind::synced && !std::exchange(is_known, true) && --unknown_ == 0) {
        world_.set(to_kube_api(cluster_, ""), std::chrono::system_clock::now());
      }
      return true;
    };
    kube::watch(api_, {.path = std::string(resource.path), .query = {}}, base::Clock::time_point::max(), take,
                end_.get_token(), kube::WhenAway::end);
  }

  kube::Client& api_;
  const std::string& cluster_;
  const std::size_t most_events_;
  live::World& world_;
  std::atomic<std::size_t> unknown_;  // resources that have not been told in full yet
  std::stop_source end_;
  std::mutex mutex_;
  std::optional<base::Failure> failure_;
};

}  // namespace

void watch_all(kube::Client& api, const std::string& cluster, std::span<const KubeResource> resources,
               std::size_t most_events, live::World& world, const std::stop_token& stop) {
  Watches watches(api, cluster, resources.size(), most_events, world);
  watches.run(resources, stop);
  base::check_stop(stop);
  throw base::Error(watches.failure().value_or(
      base::Failure{.code = base::ErrorCode::internal, .message = "a watch has ended without a reason"}));
}

}  // namespace ingot::feed
