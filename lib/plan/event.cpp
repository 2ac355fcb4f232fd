// SPDX-License-Identifier: Apache-2.0
#include "plan/event.hpp"

namespace ingot::plan {

std::string_view to_text(StepState state) noexcept {
  switch (state) {
    case StepState::waiting:
      return "waiting";
    case StepState::running:
      return "running";
    case StepState::done:
      return "done";
    case StepState::failed:
      return "failed";
    case StepState::skipped:
      return "skipped";
    case StepState::undone:
      return "undone";
  }
  return "unknown";
}

}  // namespace ingot::plan
