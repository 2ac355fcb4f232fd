// SPDX-License-Identifier: Apache-2.0
// What becomes of the pods of a node that goes, and why one cannot go yet. Pure functions on answers of an
// API server, which may lack any part. Internal to lib/scale.
#pragma once

#include "base/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ingot::scale {

enum class Fate {
  stays,    // it belongs to the node: a DaemonSet's or a static pod
  evicted,  // its controller makes it again elsewhere, or it has ended
  lost      // nobody would make it again
};

[[nodiscard]] Fate fate_of(const nlohmann::json& pod);

// "default/web-1"
[[nodiscard]] std::string name_of(const nlohmann::json& pod);

// Whether it has been told to end, and is ending.
[[nodiscard]] bool is_ending(const nlohmann::json& pod);

// Whether an eviction was refused for now (429), which a PodDisruptionBudget does; `why` gets its words.
[[nodiscard]] bool is_held(const base::Failure& refusal, std::string& why);

}  // namespace ingot::scale
