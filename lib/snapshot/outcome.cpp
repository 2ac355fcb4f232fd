// SPDX-License-Identifier: Apache-2.0
#include "snapshot/outcome.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <fmt/format.h>

namespace ingot::snapshot {

std::chrono::milliseconds execute(const plan::Plan& plan, const Run& run, const plan::Interrupts& interrupts,
                                  plan::EventSink& sink) {
  const base::TimeLimit limit(run.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan, {.verb = run.verb, .subject = run.subject, .width = 64},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = fmt::format("{}: {}", run.failed, failure.message);
    throw base::Error(std::move(failure));
  }
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error({.code = base::ErrorCode::timed_out, .message = run.failed + " in time"});
  }
  if (!outcome.left_behind.empty()) {
    throw base::Cancelled("what was begun was not taken back", run.left_behind);
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled();
  }
  return outcome.elapsed;
}

}  // namespace ingot::snapshot
