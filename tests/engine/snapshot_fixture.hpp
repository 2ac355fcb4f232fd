// SPDX-License-Identifier: Apache-2.0
// A cluster "one" with a ConfigMap by which it is known again, and its snapshots.
#pragma once

#include "engine/cluster_fixture.hpp"
#include "snapshot/results.hpp"

#include <string>
#include <vector>

namespace ingot::testing {

class SnapshotFixture : public ClusterFixture {
 public:
  // A control plane or several, and a worker.
  void create_one(int control_planes = 1);
  void note(const std::string& text);
  // Of a cluster that runs; empty: nothing was noted.
  [[nodiscard]] std::string noted(const std::string& cluster = "one") const;

  void save(const std::string& name = "a", const plan::Interrupts& interrupts = {});
  snapshot::RestoreResult restore(bool replace = false, const plan::Interrupts& interrupts = {});
  snapshot::CloneResult clone(const plan::Interrupts& interrupts = {});  // "one" as "copy"
  std::string exported(const plan::Interrupts& interrupts = {});
  void import(const std::string& file, const plan::Interrupts& interrupts = {});

  [[nodiscard]] std::vector<std::string> snapshots();  // "one/a"
  // Names and states of a cluster's containers: "one-worker running".
  [[nodiscard]] std::vector<std::string> states(const std::string& cluster = "one") const;
  // Containers that belong to no cluster.
  [[nodiscard]] std::vector<FakeContainer> helpers() const;
};

}  // namespace ingot::testing
