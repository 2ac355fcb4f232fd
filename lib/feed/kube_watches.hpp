// SPDX-License-Identifier: Apache-2.0
// All watches of one API, side by side. Internal to lib/feed.
#pragma once

#include "feed/kube_objects.hpp"
#include "kube/client.hpp"
#include "live/world.hpp"

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>

namespace ingot::feed {

// Keeps the world as `api` tells until one of the watches ends, and then all of them: with that one's Error,
// or Cancelled. Once all of it is known the cluster's kube-api is Connected. A thread for each watch.
[[noreturn]] void watch_all(kube::Client& api, const std::string& cluster,
                            std::span<const KubeResource> resources, std::size_t most_events,
                            live::World& world, const std::stop_token& stop);

}  // namespace ingot::feed
