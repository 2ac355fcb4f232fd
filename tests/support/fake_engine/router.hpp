// SPDX-License-Identifier: Apache-2.0
// From a request to its handler. Strict: what the fake does not know is answered with 501 and kept as a
// violation, so that a test fails instead of passing by luck. Internal to the fake engine.
#pragma once

#include "support/fake_engine/state.hpp"
#include "support/wire/exchange.hpp"

#include <string>
#include <string_view>

namespace ingot::testing {

// "/v1.45/containers/json" -> 45 and "/containers/json".
struct VersionedPath {
  int minor = kNewestApi;
  std::string path;
  static constexpr int kOldestApi = 24;
  static constexpr int kNewestApi = 45;
};
[[nodiscard]] VersionedPath split_version(std::string_view path);

// Answers, always.
void route(State& state, Exchange& exchange, const VersionedPath& path);

}  // namespace ingot::testing
