// SPDX-License-Identifier: Apache-2.0
#include "engine/watched_world.hpp"

#include "base/wait.hpp"
#include "live/messages.hpp"

#include <algorithm>

namespace ingot::testing {

std::string WatchedWorld::fact(live::Kind kind, const std::string& id, const std::string& name) const {
  for (const auto& change : world.snapshot({.kinds = {kind}, .clusters = {}, .labels = {}}).objects) {
    if (change->subject.id == id) {
      const auto message = live::read_server_message(change->message);
      return live::facts_of(message.objects.front()).at(name);
    }
  }
  return {};
}

bool WatchedWorld::has(live::Kind kind, const std::string& id) const {
  const auto objects = world.snapshot({.kinds = {kind}, .clusters = {}, .labels = {}}).objects;
  return std::ranges::any_of(objects, [&](const auto& change) { return change->subject.id == id; });
}

void WatchedWorld::wait_until_so(const std::function<bool()>& is_so) const {
  const base::TimeLimit limit(std::chrono::seconds(20), {});
  for (auto version = world.version(); !is_so(); version = world.version()) {
    if (world.version() == version) {
      world.wait_beyond(version, limit.token());
    }
  }
}

void WatchedWorld::wait_until_seen(const std::string& what, const std::function<bool()>& is_so) {
  base::wait_until(what, base::Clock::now() + std::chrono::seconds(20), std::chrono::milliseconds(5), {},
                   [&](std::string&) { return is_so(); });
}

}  // namespace ingot::testing
