// SPDX-License-Identifier: Apache-2.0
// When whom to give devices again that they lack: whoever has just started is given them by the ingot that
// has started it, and is waited for; who still lacks them then was started by somebody else. Pure.
#pragma once

#include "attach/holding.hpp"
#include "base/wait.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ingot::feed {

class Mending {
 public:
  using Time = base::Clock::time_point;
  // How long each try is waited for, the first one from when it was seen. After the last nothing is tried
  // until the container has started again, or the machine has changed.
  using Patience = std::vector<std::chrono::milliseconds>;
  static Patience usual() {
    return {std::chrono::seconds(3), std::chrono::seconds(30), std::chrono::minutes(5)};
  }

  explicit Mending(Patience patience) : patience_(std::move(patience)) {}

  // A container as it was just looked at. `lacks`: something that it can be given.
  void see(const attach::Holding& holding, bool lacks, Time now);
  // It has gone, or has no devices any more.
  void forget(const std::string& id) { waiting_.erase(id); }
  void forget_all() { waiting_.clear(); }

  // When somebody is to be looked at again; nothing: nobody is.
  [[nodiscard]] std::optional<Time> next() const;
  [[nodiscard]] std::set<std::string> due(Time now) const;
  // Names of those who were due, have been looked at again and still lack something: those of a cluster
  // together, each instance alone. They are due again when their next try is.
  [[nodiscard]] std::vector<std::vector<std::string>> take_due(Time now);

 private:
  struct Waiting {
    std::string name;
    std::string cluster;
    std::string run;
    std::size_t tries = 0;
    std::optional<Time> due;  // nothing: no try is left
  };

  const Patience patience_;
  std::map<std::string, Waiting> waiting_;  // by id
};

}  // namespace ingot::feed
