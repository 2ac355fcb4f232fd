// SPDX-License-Identifier: Apache-2.0
#include "session/live.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "feed/device_feed.hpp"
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
        feed::DeviceFeed::Options devices, live::World& world)
      : wish_(wish),
        engine_(address),
        host_(engine_),
        kube_(host_, wish, world),
        usage_(address, world),
        devices_(address, std::move(devices), world),
        feed_(address, name, world, listeners()) {}

  void look(const std::stop_token& stop) { feed_.look(stop); }

  // Beside whoever reads the world, until this goes. Whoever comes then finds devices, where they can be told
  // at once.
  void follow_beside(const std::stop_token& stop) {
    if (wish_.asks_for(live::Kind::device)) {
      seeing_devices_ = run_until_stopped([this](const std::stop_token& end) { devices_.follow(end); });
    }
    following_ = run_until_stopped([this](const std::stop_token& end) { feed_.follow(end); });
    measuring_ = run_until_stopped([this](const std::stop_token& end) { usage_.follow(end); });
    if (wish_.asks_for(live::Kind::device)) {
      devices_.await_first_look(kPatience, stop);
    }
  }

 private:
  // A GPU that takes its time is told of when it has answered.
  static constexpr std::chrono::milliseconds kPatience{500};

  feed::EngineListeners listeners() {
    feed::EngineListeners listeners{.on_nodes = {},
                                    .on_look = [this] { devices_.look_at_all(); },
                                    .on_events =
                                        [this](const auto& events) {
                                          devices_.look_at(feed::holders_touched(events), events.front().at);
                                        }};
    if (asks_for_kubernetes(wish_)) {
      listeners.on_nodes = [this](const auto& nodes) { kube_.see(nodes); };
    }
    return listeners;
  }

  template <typename Work>
  static std::jthread run_until_stopped(Work work) {
    return std::jthread([work](const std::stop_token& end) {
      try {
        work(end);
      } catch (const base::Cancelled&) {
      }
    });
  }

  const live::Filter wish_;
  docker::Engine engine_;
  node::Host host_;
  feed::KubeFeed kube_;
  feed::UsageFeed usage_;
  feed::DeviceFeed devices_;
  feed::EngineFeed feed_;
  std::jthread seeing_devices_;
  std::jthread following_;
  std::jthread measuring_;
};

}  // namespace

Live::Live(docker::EngineAddress address, std::string version, gpu::Roots gpus)
    : address_(std::move(address)), version_(std::move(version)), gpus_(std::move(gpus)) {}

void Live::serve(serve::Options options, bool mends,
                 const std::function<void(const serve::Server& server)>& on_ready,
                 const std::stop_token& stop) {
  // Watches sleep nearly always: a heap for each of their threads would be memory for nothing.
  ::mallopt(M_ARENA_MAX, 2);
  options.server = info();
  live::World world;
  const live::Filter all{
      .kinds = {live::kAllKinds.begin(), live::kAllKinds.end()}, .clusters = {}, .labels = {}};
  std::optional<serve::Server> server;  // goes after those who let it run something
  const auto mend = [&server](const std::vector<std::string>& names) {
    std::vector<std::string> arguments{"gpu", "reconcile"};
    arguments.insert(arguments.end(), names.begin(), names.end());
    server->start(std::move(arguments));
  };
  feed::DeviceFeed::Options devices{.roots = gpus_};
  if (mends) {
    devices.mend = mend;
  }
  Feeds feeds(address_, options.server.engine, all, std::move(devices), world);
  feeds.look(stop);
  server.emplace(options, world);
  feeds.follow_beside(stop);
  on_ready(*server);
  server->run(stop);
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
  Feeds feeds(address_, info().engine, hello.filter, {.roots = gpus_}, world);
  feeds.look(stop);
  feeds.follow_beside(stop);
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
  return {.version = version_, .engine = address_.url()};
}

}  // namespace ingot::session
