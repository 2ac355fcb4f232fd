// SPDX-License-Identifier: Apache-2.0
// What the verbs on a cluster's life take and give: plain values, the promise behind `-o json`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ingot::lifecycle {

enum class Verb { stop, start, restart, pause, resume };

// "stop"
[[nodiscard]] std::string to_text(Verb verb);
// "stopped"
[[nodiscard]] std::string to_past(Verb verb);

// A cluster as a whole, or some of its nodes.
struct Target {
  std::string cluster;             // empty: that of the nodes
  std::vector<std::string> nodes;  // by name; empty: all, and the load balancer
};

struct Options {
  std::chrono::milliseconds timeout{120'000};  // of the whole change; then Error{timed_out}
  // How long the containers in the nodes have to end after SIGTERM, before they are killed.
  std::chrono::milliseconds grace{2'000};
  bool wait = true;    // false: a start returns when the nodes run, whatever they run
  bool force = false;  // nodes are stopped even if the API cannot answer then
};

struct ChangedNode {
  std::string name;
  bool changed = false;  // false: it was so already
};

struct Result {
  Verb verb = Verb::stop;
  std::string name;  // of the cluster
  std::vector<ChangedNode> nodes;
  std::chrono::milliseconds elapsed{0};
  [[nodiscard]] bool changed() const;  // any of them
};

// 0: all that the machine has.
struct LimitedNode {
  std::string name;
  bool changed = false;  // false: it was so already
  std::int64_t cpu_millis = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t pids = 0;
};

struct LimitResult {
  std::vector<LimitedNode> nodes;
  std::chrono::milliseconds elapsed{0};
};

}  // namespace ingot::lifecycle
