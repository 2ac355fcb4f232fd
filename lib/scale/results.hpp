// SPDX-License-Identifier: Apache-2.0
// What the verbs on a cluster's nodes take and give: plain values, the promise behind `-o json`.
#pragma once

#include "cluster/results.hpp"
#include "config/limits.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ingot::scale {

enum class Verb { scale, add, remove };

struct Request {
  Verb verb = Verb::scale;
  std::string cluster;  // of a removal: empty, its nodes tell
  // scale: how many there shall be; add: how many more. Nothing: they stay as they are.
  std::optional<int> workers;
  std::optional<int> control_planes;
  std::vector<std::string> nodes;  // remove: by name
  config::Limits limits;           // of new nodes, before those of others of their role
};

struct Options {
  std::chrono::milliseconds timeout{
      120'000};        // of the whole change, draining included; then Error{timed_out}
  bool wait = true;    // false: returns when the new nodes have been started
  bool force = false;  // nodes go without being drained
  std::string tool_version;
  cluster::KubeconfigTarget kubeconfig;  // in which users are led to a load balancer that is new
};

struct Result {
  std::string cluster;
  std::vector<std::string> added;    // by name
  std::vector<std::string> removed;  // what an interrupted change had left included
  int workers = 0;                   // there are now
  int control_planes = 0;
  std::chrono::milliseconds elapsed{0};
  [[nodiscard]] bool changed() const { return !added.empty() || !removed.empty(); }
};

}  // namespace ingot::scale
