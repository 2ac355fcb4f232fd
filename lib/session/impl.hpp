// SPDX-License-Identifier: Apache-2.0
// The engine of a session. Internal to lib/session.
#pragma once

#include "docker/engine.hpp"
#include "node/host.hpp"
#include "session/session.hpp"

namespace ingot::session {

struct Session::Impl {
  explicit Impl(const docker::EngineAddress& address)
      : engine(address),
        host(engine),
        is_local(address.host.empty() || address.host.starts_with("unix://")) {}

  docker::Engine engine;
  node::Host host;
  bool is_local;
};

}  // namespace ingot::session
