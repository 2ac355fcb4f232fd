// SPDX-License-Identifier: Apache-2.0
// The command line's door to what goes on until it is stopped: serving the live API, and watching. Beside
// Session, since neither is an operation. Wiring, no logic. Methods throw base::Error and base::Cancelled.
#pragma once

#include "docker/engine.hpp"
#include "gpu/roots.hpp"
#include "live/messages.hpp"
#include "live/requests.hpp"
#include "serve/client.hpp"
#include "serve/follow.hpp"
#include "serve/server.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace ingot::session {

class Live {
 public:
  // `version`: of the program. `gpus`: where devices are looked for.
  Live(docker::EngineAddress address, std::string version, gpu::Roots gpus);

  // Serves until a stop. `on_ready` is told of the server once clients may come; the engine has been looked
  // at by then. `options.server` is filled in here. `mends`: what lacks its devices after a restart that was
  // none of ingot's is given them again, by `gpu reconcile` as a command of the server's own.
  void serve(serve::Options options, bool mends,
             const std::function<void(const serve::Server& server)>& on_ready, const std::stop_token& stop);

  // Where watch() looks.
  struct Through {
    std::optional<serve::ServerPlace> server;
    bool is_wish = false;  // only where it looks at the same engine; else the engine is watched from here
  };
  // Gives every message to `follower` until it has enough; of a server, as serve::follow() does, whose errors
  // it has.
  void watch(const live::Hello& hello, const Through& through, const serve::Follower& follower,
             const std::stop_token& stop);

 private:
  using Sink = std::function<bool(const std::string&)>;
  // False: there is no server for this engine.
  bool watch_server(const live::Hello& hello, const Through& through, const serve::Follower& follower,
                    const std::stop_token& stop);
  void watch_engine(const live::Hello& hello, const Sink& sink, const std::stop_token& stop);
  [[nodiscard]] live::ServerInfo info() const;

  const docker::EngineAddress address_;
  const std::string version_;
  const gpu::Roots gpus_;
};

}  // namespace ingot::session
