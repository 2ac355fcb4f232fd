// SPDX-License-Identifier: Apache-2.0
// Keeps the devices of a world as this machine has them and as containers of an engine were given them. Looks
// at the machine when its CDI files or drivers change, and at a container when something has happened to it;
// nothing is asked at intervals. NVIDIA's library is asked by a process that is not waited for longer than
// gpu::Roots says, so a GPU that hangs hangs nobody.
#pragma once

#include "attach/holding.hpp"
#include "base/fd.hpp"
#include "docker/engine.hpp"
#include "docker/events.hpp"
#include "feed/device_objects.hpp"
#include "feed/mending.hpp"
#include "gpu/machine_watch.hpp"
#include "gpu/roots.hpp"
#include "live/world.hpp"
#include "node/host.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::feed {

// Ids of containers whose devices may be others after these events. Pure.
[[nodiscard]] std::set<std::string> holders_touched(const std::vector<docker::Event>& events);

class DeviceFeed {
 public:
  struct Options {
    gpu::Roots roots;
    // Gives them again what they lack, whatever comes of it: names of nodes, or of an instance. Called by
    // follow(), must not block. Nothing: nobody does.
    std::function<void(const std::vector<std::string>& names)> mend = {};
    Mending::Patience patience = Mending::usual();
  };

  DeviceFeed(const docker::EngineAddress& address, Options options, live::World& world);
  DeviceFeed(const DeviceFeed&) = delete;
  DeviceFeed& operator=(const DeviceFeed&) = delete;
  ~DeviceFeed() = default;

  // Any thread. `at`: of the event.
  void look_at(const std::set<std::string>& containers, live::Moment at);
  // At everything that the engine has: it is there anew.
  void look_at_all();

  // Until everything has been looked at once, or `limit` has passed. Throws base::Cancelled.
  void await_first_look(std::chrono::milliseconds limit, const std::stop_token& stop);

  // Until a stop; throws base::Cancelled then. What the engine refuses is asked again a little later.
  [[noreturn]] void follow(const std::stop_token& stop);

 private:
  struct Wanted {
    bool all = true;  // at first
    std::set<std::string> containers;
    live::Moment at;
  };
  [[nodiscard]] Wanted take_wanted();
  void wake();
  void sleep(const std::stop_token& stop);
  void look_at_machine(const std::stop_token& stop);
  void look_at_containers(const Wanted& wanted, Mending::Time now, const std::stop_token& stop);
  void look_at_container(const std::string& id, const std::stop_token& stop);
  void tell(live::Moment at);
  void forget_all_but(const std::vector<std::string>& there);
  void mend(Mending::Time now);

  const Options options_;
  live::World& world_;
  docker::Engine engine_;
  node::Host host_;
  gpu::MachineWatch machine_;
  base::Fd bell_;  // rung for follow()
  // Of follow() alone.
  Stock stock_;
  std::map<std::string, attach::Holding> holdings_;  // by id
  Mending mending_;
  std::map<std::string, int> failed_;  // ids that could not be looked at, and how often
  // Of everybody.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Wanted wanted_;
  bool has_looked_ = false;
};

}  // namespace ingot::feed
