// SPDX-License-Identifier: Apache-2.0
#include "session/live.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "feed/engine_feed.hpp"
#include "live/subscriber.hpp"
#include "live/world.hpp"
#include "serve/client.hpp"

#include <thread>
#include <utility>

namespace ingot::session {

namespace {

// A feed that runs beside whoever reads the world.
std::jthread follow_beside(feed::EngineFeed& feed) {
  return std::jthread([&feed](const std::stop_token& end) {
    try {
      feed.follow(end);
    } catch (const base::Cancelled&) {
    }
  });
}

[[noreturn]] void tell_end(const std::string& reason, const std::optional<live::Position>& position) {
  throw base::Error({.code = base::ErrorCode::environment,
                     .message = "the server has ended the connection",
                     .cause = reason,
                     .remedy = position ? "ingot watch --since " + live::to_text(*position) : "ingot watch"});
}

}  // namespace

Live::Live(docker::EngineAddress address, std::string version)
    : address_(std::move(address)), version_(std::move(version)) {}

void Live::serve(serve::Options options, const std::function<void(const serve::Server& server)>& on_ready,
                 const std::stop_token& stop) {
  options.server = info();
  live::World world;
  feed::EngineFeed feed(address_, options.server.engine, world);
  feed.look(stop);
  serve::Server server(options, world);
  const auto following = follow_beside(feed);
  on_ready(server);
  server.run(stop);
  base::check_stop(stop);
}

void Live::watch(const live::Hello& hello, const Through& through, const Sink& sink,
                 const std::stop_token& stop) {
  if (!through.server || !watch_server(hello, through, sink, stop)) {
    watch_engine(hello, sink, stop);
  }
}

bool Live::watch_server(const live::Hello& hello, const Through& through, const Sink& sink,
                        const std::stop_token& stop) {
  const auto client = serve::Client::connect(*through.server, hello, stop);
  if (client == nullptr && through.is_wish) {
    return false;
  }
  if (client == nullptr) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "no server listens at " + serve::name_of(*through.server),
                       .remedy = "ingot serve"});
  }
  std::string reason;
  live::Bookmark bookmark;
  while (const auto text = client->receive(stop)) {
    const auto message = live::read_server_message(*text);
    if (through.is_wish && message.welcome && message.server.engine != info().engine) {
      return false;
    }
    bookmark.take(message);
    if (message.type == "bye" || message.type == "error") {
      reason = message.reason;
    }
    if (!sink(*text)) {
      return true;
    }
  }
  tell_end(reason, bookmark.position());
}

void Live::watch_engine(const live::Hello& hello, const Sink& sink, const std::stop_token& stop) {
  live::World world;
  feed::EngineFeed feed(address_, info().engine, world);
  feed.look(stop);
  const auto following = follow_beside(feed);
  live::Subscriber subscriber(world, hello, info());
  for (;;) {
    while (const auto message = subscriber.next()) {
      if (!sink(*message->text)) {
        return;
      }
      if (message->is_last) {
        tell_end("this terminal is too slow", std::nullopt);
      }
    }
    world.wait_beyond(subscriber.version(), stop);
  }
}

live::ServerInfo Live::info() const {
  return {.version = version_,
          .engine = address_.host.empty() ? "unix:///var/run/docker.sock" : address_.host};
}

}  // namespace ingot::session
