// SPDX-License-Identifier: Apache-2.0
// Runs a plan: every step whose needs are done, side by side. The rules, each with a test:
//   1. a step starts only when all it needs is done;
//   2. a failure asks running steps to stop, starts nothing more and marks the rest skipped;
//   3. every running step is joined before any undo (a step that still creates must not race its removal);
//   4. undo runs over every step that started, finished or not, and takes back what needs a step before the
//   step itself;
//   5. undo has a stop token and time limit of its own, never throws out, and its failures are told as
//   warnings;
//   6. the first real failure is the one reported; "cancelled because of it" is none.
// Events come from one thread at a time, in an order in which a step's own events never overtake one another.
#pragma once

#include "base/error.hpp"
#include "plan/event.hpp"
#include "plan/plan.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::plan {

// How the user may interrupt: `stop` after the first Ctrl-C (undo follows), `abandon` after the second (no
// undo).
struct Interrupts {
  std::stop_token stop;
  std::stop_token abandon;
};

struct ExecuteOptions {
  std::string verb;        // for the events: "create"
  std::string subject;     // "cluster/kind"
  std::size_t width = 16;  // steps wait for others most of the time: they are threads, not work
  bool undo_on_failure = true;
  bool keep_going = false;  // a failure stops only what needs the failed step: for removals
  std::chrono::milliseconds undo_limit{60'000};
};

struct Outcome {
  enum class End { done, failed, cancelled, abandoned } end = End::done;
  std::optional<base::Failure> failure;  // of the step that failed first
  std::string failed_step;               // its id
  std::vector<std::string> left_behind;  // ids of started steps that were not taken back
  std::chrono::milliseconds elapsed{0};
};

[[nodiscard]] Outcome execute(const Plan& plan, const ExecuteOptions& options, const Interrupts& interrupts,
                              EventSink& sink);

}  // namespace ingot::plan
