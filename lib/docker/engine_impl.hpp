// SPDX-License-Identifier: Apache-2.0
// What the files engine_*.cpp share: each holds the calls on one noun.
#pragma once

#include "docker/api.hpp"
#include "docker/engine.hpp"

namespace ingot::docker {

struct Engine::Impl {
  explicit Impl(const EngineAddress& address) : api(address) {}
  Api api;
};

}  // namespace ingot::docker
