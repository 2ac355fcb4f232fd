// SPDX-License-Identifier: Apache-2.0
// The inside of a FakeEngine, for its own .cpp files.
#pragma once

#include "support/artifacts.hpp"
#include "support/fake_engine/fake_engine.hpp"
#include "support/fake_engine/router.hpp"
#include "support/fake_engine/state.hpp"
#include "support/temp_dir.hpp"
#include "support/wire/server.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace ingot::testing {

struct FakeEngine::Impl {
  TempDir folder;
  State state;
  Faults faults;
  std::mutex arrival_mutex;  // what faults count as the n-th request is recorded as the n-th
  std::mutex requests_mutex;
  std::vector<RecordedRequest> requests;
  std::optional<HttpServer> server;
  std::optional<Artifact> artifact;

  void handle(Exchange& exchange);
  std::size_t record(const Exchange& exchange, const std::string& path);
  void obey(Exchange& exchange, const VersionedPath& path, const Faults::Verdict& verdict);
  void end_processes();
};

}  // namespace ingot::testing
