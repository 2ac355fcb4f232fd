// SPDX-License-Identifier: Apache-2.0
// A container for one errand, removed however the errand ends.
#pragma once

#include "base/wait.hpp"
#include "docker/engine.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace ingot::node {

// On a container that uses volumes of a cluster's nodes: which cluster. Whoever deletes the cluster removes
// it first, or the volumes would stay.
inline constexpr std::string_view kHelperLabel = "dev.ingot.helper";

// Tells people, and `ingot prune`, what a leftover of a killed ingot is.
inline constexpr std::string_view kThrowAwayLabel = "dev.ingot.throw-away";

class ThrowAway {
 public:
  // Created, not started.
  ThrowAway(docker::Engine& engine, docker::ContainerSpec spec, const std::stop_token& stop)
      : engine_(engine) {
    spec.labels[std::string(kThrowAwayLabel)] = "1";
    base::check_stop(stop);
    // Without the token: what a create leaves that is broken off has no name by which it could be removed.
    id_ = engine_.create_container("", spec, {});
  }
  ThrowAway(const ThrowAway&) = delete;
  ThrowAway& operator=(const ThrowAway&) = delete;
  [[nodiscard]] const std::string& id() const { return id_; }
  ~ThrowAway() {
    try {
      engine_.remove_container(id_, {});
    } catch (...) {  // NOLINT(bugprone-empty-catch): the run's own failure is the one to tell
    }
  }

 private:
  docker::Engine& engine_;
  std::string id_;
};

}  // namespace ingot::node
