// SPDX-License-Identifier: Apache-2.0
// A server that runs, whose commands are scripts for a shell.
#pragma once

#include "live/world.hpp"
#include "serve/client.hpp"
#include "serve/server.hpp"
#include "support/temp_dir.hpp"

#include <csignal>
#include <optional>
#include <stop_token>
#include <thread>

namespace ingot::testing {

class Shells {
 public:
  Shells() { std::signal(SIGPIPE, SIG_IGN); }  // as every ingot does

  TempDir folder;
  const serve::ServerPlace place{.socket = (folder.path() / "s").string(), .address = {}, .token = {}};
  live::World world;
  std::optional<serve::Server> server{
      std::in_place,
      serve::Options{.socket = place.socket,
                     .commands = {.program = {"/bin/sh", "-c"},
                                  .environment = {{"PATH", "/usr/bin:/bin"},
                                                  {"INGOT_CLUSTER", "servers"},
                                                  {"DOCKER_HOST", "unix:///servers"}}},
                     .server = {"1", "unix:///e"}},
      world};
  std::jthread thread{[this](const std::stop_token& stop) { server->run(stop); }};
};

}  // namespace ingot::testing
