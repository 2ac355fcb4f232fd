// SPDX-License-Identifier: Apache-2.0
// A cluster whose fake nodes have logs, and what an export of them left.
#pragma once

#include "engine/cluster_fixture.hpp"
#include "logs/results.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ingot::testing {

class LogsFixture : public ClusterFixture {
 public:
  // One control plane and one worker, named "one".
  LogsFixture();

  logs::ExportResult export_logs(bool only_kinds_files = false, const plan::Interrupts& interrupts = {});
  [[nodiscard]] std::string folder() const { return home / "logs"; }
  [[nodiscard]] std::string content(const std::string& path) const;
  [[nodiscard]] bool has(const std::string& path) const;
  // All files below the folder, sorted.
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] std::string id_of(const std::string& node) const;

  // The tar that nodes give of /var/log. Shared: an interrupted export leaves programs running, which end
  // with the engine, after this.
  std::shared_ptr<std::string> var_log;
};

// Of a missing thing by its name; empty when it is not missing.
[[nodiscard]] std::string reason_of(const logs::ExportResult& result, const std::string& what);

}  // namespace ingot::testing
