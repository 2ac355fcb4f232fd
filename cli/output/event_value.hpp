// SPDX-License-Identifier: Apache-2.0
// An event of an operation as the members of a JSON object; docs/json.md describes them.
#pragma once

#include "output/value.hpp"
#include "plan/event.hpp"

namespace ingot::cli::output {

[[nodiscard]] Value::Object event_members(const plan::Event& event);

}  // namespace ingot::cli::output
