// SPDX-License-Identifier: Apache-2.0
// The commands that a server runs, and the last ones that have ended. Used by the server's one thread.
#pragma once

#include "serve/command.hpp"
#include "serve/command_options.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ingot::serve {

class Commands {
 public:
  static constexpr std::size_t kMostRunning = 64;
  static constexpr std::size_t kMostEnded = 32;

  // All three must outlive it.
  Commands(boost::asio::io_context& io, live::World& world, const CommandOptions& options)
      : io_(io), world_(world), options_(options) {}

  [[nodiscard]] bool can_run() const { return !options_.program.empty(); }
  // Error{environment} where it cannot be started, Error{already_exists} when too many run, or none shall any
  // more.
  [[nodiscard]] std::shared_ptr<Command> start(const live::Run& run, const std::string& who,
                                               const std::string& channel);
  // Everybody who is to be told when one is started.
  void add(Onlooker& onlooker) { onlookers_.insert(&onlooker); }
  void remove(Onlooker& onlooker) { onlookers_.erase(&onlooker); }
  // Tells them.
  void announce(const std::shared_ptr<Command>& command) const;
  // Null: there is none of this id.
  [[nodiscard]] std::shared_ptr<Command> find(const std::string& id) const;
  [[nodiscard]] std::vector<std::shared_ptr<Command>> running_in(const std::string& channel) const;

  // Asks all to end, and calls `on_end` when none runs any more.
  void end(std::function<void()> on_end);
  void clear() { commands_.clear(); }

 private:
  [[nodiscard]] std::map<std::string, std::string> environment_for(const live::Run& run) const;
  [[nodiscard]] std::size_t running() const;
  void on_end(const std::string& id);

  boost::asio::io_context& io_;
  live::World& world_;
  const CommandOptions& options_;
  std::map<std::string, std::shared_ptr<Command>> commands_;
  std::set<Onlooker*> onlookers_;
  std::deque<std::string> ended_;  // ids, in the order of their ends
  std::function<void()> on_all_ended_;
};

}  // namespace ingot::serve
