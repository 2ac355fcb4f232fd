// SPDX-License-Identifier: Apache-2.0
#include "node/throw_away.hpp"

#include "base/wait.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace ingot::node {

namespace {

// Nobody else has it: an engine may have made the container although its answer never came.
std::string new_name() {
  std::random_device random;
  return fmt::format("ingot-errand-{:08x}{:08x}", random(), random());
}

}  // namespace

ThrowAway::ThrowAway(docker::Engine& engine, docker::ContainerSpec spec, const std::stop_token& stop)
    : engine_(engine), id_(new_name()) {
  spec.labels[std::string(kThrowAwayLabel)] = "1";
  base::check_stop(stop);
  try {
    id_ = engine_.create_container(id_, spec, {});  // without the token: the engine would go on
  } catch (...) {
    remove();
    throw;
  }
}

ThrowAway::~ThrowAway() {
  remove();
}

void ThrowAway::remove() noexcept {
  try {
    engine_.remove_container(id_, {});
  } catch (...) {  // NOLINT(bugprone-empty-catch): the run's own failure is the one to tell
  }
}

}  // namespace ingot::node
