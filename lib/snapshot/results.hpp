// SPDX-License-Identifier: Apache-2.0
// What the verbs on snapshots take and give: plain values, the promise behind `-o json`.
#pragma once

#include "cluster/results.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ingot::snapshot {

// What is told of a snapshot without looking into it.
struct Summary {
  std::string cluster;
  std::string name;
  std::string created;  // RFC 3339
  std::string kubernetes_version;
  std::string image;  // of the first control plane
  std::vector<std::string> nodes;
  std::uint64_t size = 0;  // bytes
  // "demo/before-upgrade"
  [[nodiscard]] std::string reference() const { return cluster + "/" + name; }
};

// Called right before nodes are paused; what it gives is let go when they go on. Whoever can should see to it
// that they do, should this program be killed in between (`ingot cluster resume`).
using WhilePaused = std::function<std::shared_ptr<void>()>;

struct SaveRequest {
  std::string cluster;
  std::string name;
  std::string tool_version;
  std::chrono::milliseconds timeout{600'000};
  WhilePaused while_paused = {};
};

struct SaveResult {
  Summary snapshot;
  // From the first node that was asked to pause to the last that went on; 0: none ran.
  std::chrono::milliseconds paused{0};
  std::chrono::milliseconds elapsed{0};
};

// Of an export or an import.
struct TransferResult {
  Summary snapshot;
  std::uint64_t bytes = 0;  // of the file
  std::chrono::milliseconds elapsed{0};
};

struct DeleteResult {
  std::vector<Summary> deleted;
};

struct RestoreRequest {
  std::string snapshot;  // "demo/before-upgrade", or "before-upgrade" where only one cluster has such a one
  std::string name;      // of the cluster; empty: the one it had
  bool replace = false;  // a cluster of this name is deleted first
  bool wait = true;      // false: return when the nodes run, whatever they run
  cluster::KubeconfigTarget kubeconfig;
  std::chrono::milliseconds timeout{300'000};
};

struct RestoreResult {
  Summary snapshot;
  std::string cluster;
  std::string context;
  std::string endpoint;
  std::string kubeconfig_path;  // empty: none written
  std::vector<std::string> nodes;
  bool replaced = false;
  std::chrono::milliseconds elapsed{0};
};

struct CloneRequest {
  std::string cluster;
  std::string name;  // of the copy
  std::string tool_version;
  bool wait = true;
  cluster::KubeconfigTarget kubeconfig;
  std::chrono::milliseconds timeout{300'000};
  WhilePaused while_paused = {};
};

struct CloneResult {
  RestoreResult restored;  // the copy
  std::chrono::milliseconds paused{0};
  std::chrono::milliseconds elapsed{0};
};

}  // namespace ingot::snapshot
