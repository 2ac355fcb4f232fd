// SPDX-License-Identifier: Apache-2.0
// What happens in an engine, told as it happens (Docker Engine API: SystemEvents), over connections of its
// own. Errors and cancellation as docker::Engine. Used by one thread at a time.
#pragma once

#include "docker/engine.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::docker {

struct Event {
  std::string type;    // "container", "network", "image"
  std::string action;  // "start", "destroy"
  std::string id;
  Labels attributes;  // its name, and of a container its labels
  std::chrono::system_clock::time_point at;
};

// What is of interest: one of these types with one of these actions.
struct EventWish {
  std::vector<std::string> types;
  std::vector<std::string> actions;
};

class Events {
 public:
  using Sink = std::function<void(const std::vector<Event>&)>;

  explicit Events(const EngineAddress& address);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // By the engine's clock; whole seconds.
  [[nodiscard]] std::chrono::system_clock::time_point now(const std::stop_token& stop);

  // What happens, and first what has happened since `since` (of which engines keep the last few hundred):
  // several at once where they come together. Until the engine ends the stream, as it does when it stops.
  // What leaves `sink` ends it, too.
  void follow(const EventWish& wish, std::chrono::system_clock::time_point since, const Sink& sink,
              const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::docker
