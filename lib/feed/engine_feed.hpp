// SPDX-License-Identifier: Apache-2.0
// Keeps a world as one engine is: listens to the engine's events, and looks again at the kinds of objects
// that an event is about. Nothing is asked at intervals. After an engine was away everything is looked at
// again. Used by one thread at a time; the world may be read by others meanwhile.
#pragma once

#include "docker/engine.hpp"
#include "docker/events.hpp"
#include "live/world.hpp"
#include "node/host.hpp"

#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::feed {

// Who else is told, where somebody is given. Must not block.
struct EngineListeners {
  // All nodes whenever they were looked at, after the world.
  std::function<void(const std::vector<node::Node>& nodes)> on_nodes = {};
  // Whenever everything was looked at: before that anything may have happened.
  std::function<void()> on_look = {};
  std::function<void(const std::vector<docker::Event>& events)> on_events = {};
};

class EngineFeed {
 public:
  EngineFeed(const docker::EngineAddress& address, std::string name, live::World& world,
             EngineListeners listeners = {});

  // At everything, once. Errors as docker::Engine.
  void look(const std::stop_token& stop);
  // Until a stop; throws base::Cancelled then. An engine that goes away is waited for, and its object tells.
  [[noreturn]] void follow(const std::stop_token& stop);

 private:
  void follow_until_it_ends(const std::stop_token& stop);
  void await_changes(const std::vector<docker::Event>& events, const std::stop_token& stop);
  void look_at(const std::set<live::Kind>& kinds, live::Moment at, const std::stop_token& stop);
  [[nodiscard]] std::vector<live::Object> objects_of(const std::set<live::Kind>& kinds,
                                                     const std::vector<node::Node>& nodes,
                                                     const std::stop_token& stop);

  const std::string name_;
  live::World& world_;
  const EngineListeners listeners_;
  docker::Engine engine_;
  docker::Events events_;
  node::Host host_;
};

// Whose look may differ after these events.
[[nodiscard]] std::set<live::Kind> kinds_touched(const std::vector<docker::Event>& events);

}  // namespace ingot::feed
