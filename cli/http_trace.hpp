// SPDX-License-Identifier: Apache-2.0
// What -v shows of the requests to the engine and to API servers, and -vv of their bodies. Keys,
// certificates, tokens and passwords are taken out. Thread-safe.
#pragma once

#include "host.hpp"
#include "http/observer.hpp"
#include "output/progress.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace ingot::cli {

// "http: GET /v1.47/info 200, 3 ms" and, with `bodies`, a line each for what was sent and what came. Without
// control characters.
[[nodiscard]] std::vector<std::string> to_lines(const http::Observed& seen, bool bodies);

class HttpTrace {
 public:
  HttpTrace(const OutStream& err, bool bodies)
      : err_(err), bodies_(bodies), observation_([this](const http::Observed& seen) { show(seen); }) {}

  // While an operation is displayed, lines go through its display; null: no longer.
  void show_through(output::Progress* display);

 private:
  void show(const http::Observed& seen) noexcept;

  const OutStream& err_;
  const bool bodies_;
  std::mutex mutex_;
  output::Progress* display_ = nullptr;
  http::Observation observation_;  // last: told from its construction on
};

}  // namespace ingot::cli
