// SPDX-License-Identifier: Apache-2.0
// A container for one errand, removed however the errand ends.
#pragma once

#include "docker/engine.hpp"

#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::node {

// On a container that uses volumes of a cluster's nodes: which cluster. Whoever deletes the cluster removes
// it first, or the volumes would stay.
inline constexpr std::string_view kHelperLabel = "dev.ingot.helper";

// Tells people, and `ingot prune`, what a leftover of a killed ingot is.
inline constexpr std::string_view kThrowAwayLabel = "dev.ingot.throw-away";

class ThrowAway {
 public:
  // Created, not started. Errors as docker::Engine; then there is none.
  ThrowAway(docker::Engine& engine, docker::ContainerSpec spec, const std::stop_token& stop);
  ~ThrowAway();
  ThrowAway(const ThrowAway&) = delete;
  ThrowAway& operator=(const ThrowAway&) = delete;
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  void remove() noexcept;

  docker::Engine& engine_;
  std::string id_;  // or its name, until the engine has told the id
};

}  // namespace ingot::node
