// SPDX-License-Identifier: Apache-2.0
// A Session over a fake engine whose containers are fake nodes: whole clusters are made and removed in
// milliseconds. Everything it writes stays in a folder of its own. At the end it checks, like EngineFixture,
// that nobody asked for what the fake does not know.
#pragma once

#include "cluster/results.hpp"
#include "config/cluster_spec.hpp"
#include "plan/event.hpp"
#include "plan/executor.hpp"
#include "session/session.hpp"
#include "support/fake_engine/fake_engine.hpp"
#include "support/fake_nodes/fake_nodes.hpp"
#include "support/temp_dir.hpp"

#include <future>
#include <string>
#include <vector>

namespace ingot::testing {

// Keeps everything it is told.
class KeptEvents final : public plan::EventSink {
 public:
  void on(const plan::Event& event) noexcept override { events_.push_back(event); }
  [[nodiscard]] const std::vector<plan::Event>& events() const { return events_; }
  // What was told besides steps, one a line.
  [[nodiscard]] std::string notices() const;

 private:
  std::vector<plan::Event> events_;
};

// Is told once that somebody else has a cluster's lock.
class WaitsForLock final : public plan::EventSink {
 public:
  void on(const plan::Event& event) noexcept override;
  void wait() { told_.get_future().wait(); }

 private:
  std::promise<void> told_;
};

class ClusterFixture {
 public:
  ClusterFixture();
  ~ClusterFixture();
  ClusterFixture(const ClusterFixture&) = delete;
  ClusterFixture& operator=(const ClusterFixture&) = delete;

  TempDir home;
  FakeEngine fake;
  FakeNodes nodes{fake};
  session::Session session{fake.address()};
  KeptEvents events;

  // Complete and valid: that many workers, and one control plane or more.
  [[nodiscard]] static config::ClusterSpec spec(const std::string& name, int workers = 0,
                                                int control_planes = 1);
  // Writes to a kubeconfig in `home`.
  [[nodiscard]] cluster::CreateOptions options(
      cluster::Bootstrap bootstrap = cluster::Bootstrap::native) const;
  [[nodiscard]] cluster::DeleteOptions delete_options() const;
  [[nodiscard]] std::string kubeconfig_path() const { return home / "kubeconfig"; }

  cluster::CreateResult create(const config::ClusterSpec& spec, const cluster::CreateOptions& options) {
    return session.create_cluster(spec, options, {}, events);
  }
  cluster::DeleteResult remove(const std::string& name) {
    return session.delete_cluster(name, delete_options(), {}, events);
  }

  // Names of containers that carry a cluster's label, of any cluster.
  [[nodiscard]] std::vector<std::string> node_names() const;
};

}  // namespace ingot::testing
