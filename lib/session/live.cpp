// SPDX-License-Identifier: Apache-2.0
#include "session/live.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "feed/engine_feed.hpp"
#include "feed/kube_feed.hpp"
#include "feed/usage_feed.hpp"
#include "live/subscriber.hpp"
#include "live/world.hpp"
#include "serve/client.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace ingot::session {

namespace {

bool asks_for_kubernetes(const live::Filter& wish) {
  return std::ranges::any_of(live::kKubernetesKinds,
                             [&](const live::Kind kind) { return wish.asks_for(kind); });
}

// What keeps a world as one engine is: its own events, and the APIs of its clusters where somebody wants to
// hear of what they tell.
class Feeds {
 public:
  Feeds(const docker::EngineAddress& address, const std::string& name, const live::Filter& wish,
        live::World& world)
      : engine_(address),
        host_(engine_),
        kube_(host_, wish, world),
        usage_(address, world),
        feed_(address, name, world,
              asks_for_kubernetes(wish) ? [this](const auto& nodes) { kube_.see(nodes); }
                                        : feed::EngineFeed::NodesSink()) {}

  void look(const std::stop_token& stop) { feed_.look(stop); }

  // Beside whoever reads the world, until this goes.
  void follow_beside() {
    following_ = run_until_stopped([this](const std::stop_token& end) { feed_.follow(end); });
    measuring_ = run_until_stopped([this](const std::stop_token& end) { usage_.follow(end); });
  }

 private:
  template <typename Work>
  static std::jthread run_until_stopped(Work work) {
    return std::jthread([work](const std::stop_token& end) {
      try {
        work(end);
      } catch (const base::Cancelled&) {
      }
    });
  }

  docker::Engine engine_;
  node::Host host_;
  feed::KubeFeed kube_;
  feed::UsageFeed usage_;
  feed::EngineFeed feed_;
  std::jthread following_;
  std::jthread measuring_;
};

}  // namespace

Live::Live(docker::EngineAddress address, std::string version)
    : address_(std::move(address)), version_(std::move(version)) {}

void Live::serve(serve::Options options, const std::function<void(const serve::Server& server)>& on_ready,
                 const std::stop_token& stop) {
  // Watches sleep nearly always: a heap for each of their threads would be memory for nothing.
  ::mallopt(M_ARENA_MAX, 2);
  options.server = info();
  live::World world;
  const live::Filter all{
      .kinds = {live::kAllKinds.begin(), live::kAllKinds.end()}, .clusters = {}, .labels = {}};
  Feeds feeds(address_, options.server.engine, all, world);
  feeds.look(stop);
  serve::Server server(options, world);
  feeds.follow_beside();
  on_ready(server);
  server.run(stop);
  base::check_stop(stop);
}

void Live::watch(const live::Hello& hello, const Through& through, const serve::Follower& follower,
                 const std::stop_token& stop) {
  if (!through.server || !watch_server(hello, through, follower, stop)) {
    watch_engine(hello, follower.take, stop);
  }
}

bool Live::watch_server(const live::Hello& hello, const Through& through, const serve::Follower& follower,
                        const std::stop_token& stop) {
  const auto& server = *through.server;
  auto ours = follower;
  if (through.is_wish) {
    ours.is_meant = [this](const live::ServerInfo& found) { return found.engine == info().engine; };
  }
  const bool is_there = serve::follow(server, hello, ours, stop);
  if (!is_there && !through.is_wish) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "no server listens at " + serve::name_of(server),
                       .remedy = "ingot serve"});
  }
  return is_there;
}

void Live::watch_engine(const live::Hello& hello, const Sink& sink, const std::stop_token& stop) {
  live::World world;
  Feeds feeds(address_, info().engine, hello.filter, world);
  feeds.look(stop);
  feeds.follow_beside();
  live::Subscriber subscriber(world, hello, info());
  for (;;) {
    while (const auto message = subscriber.next()) {
      if (!sink(*message->text)) {
        return;
      }
      if (message->is_last) {
        throw base::Error(base::ErrorCode::environment, "this terminal is too slow for all that changes");
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
