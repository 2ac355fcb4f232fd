// SPDX-License-Identifier: Apache-2.0
// A cluster that is being made of a snapshot: what was found, and what the steps of the plan hand to one
// another. Internal to lib/snapshot.
#pragma once

#include "base/renaming.hpp"
#include "base/wait.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"
#include "plan/plan.hpp"
#include "snapshot/places.hpp"
#include "snapshot/shelf.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ingot::snapshot {

struct PlannedNode {
  const SavedNode* saved = nullptr;
  std::string name;
  std::string image;  // as this engine knows it
  // Written by steps:
  node::Addresses pinned;
  std::string id;
  bool may_exist = false;  // an engine was asked to make it, and has not answered
  HeldPorts ports;

  [[nodiscard]] bool is_control_plane() const { return saved->role == node::kControlPlaneRole; }
};

struct Restoring {
  node::Host& host;
  Stored stored;
  std::string cluster;
  bool engine_is_local = true;
  std::vector<std::string> in_the_way;  // containers of a cluster that is to be replaced
  std::vector<PlannedNode> nodes;
  base::Clock::time_point deadline;
  // Written by steps:
  base::Renaming renaming;
  std::unique_ptr<kube::Client> api;

  [[nodiscard]] bool is_copy() const { return cluster != stored.manifest.cluster; }
  [[nodiscard]] std::string reference() const { return reference_of(stored); }
};

// Its container. Error{not_found} where somebody has removed it since it was made.
[[nodiscard]] docker::ContainerInfo require_container(const Restoring& restoring, const PlannedNode& node,
                                                      const std::stop_token& stop);

// What a cluster under another name needs after "unpack". `restoring` must outlive the plan.
void add_copy_steps(plan::Plan& plan, Restoring& restoring);

}  // namespace ingot::snapshot
