// SPDX-License-Identifier: Apache-2.0
// Runs the plan of a verb on snapshots, and tells how it failed. Internal to lib/snapshot.
#pragma once

#include "plan/executor.hpp"

#include <chrono>
#include <string>

namespace ingot::snapshot {

struct Run {
  std::string verb;     // "save"
  std::string subject;  // "snapshot/demo/before-upgrade"
  std::string failed;   // "snapshot 'demo/before-upgrade' could not be saved"
  std::chrono::milliseconds timeout{0};
  std::string left_behind;  // the remedy when Ctrl-C twice left something
};

// How long it took. Error with the step's failure, Error{timed_out}, or Cancelled; the plan is taken back.
std::chrono::milliseconds execute(const plan::Plan& plan, const Run& run, const plan::Interrupts& interrupts,
                                  plan::EventSink& sink);

}  // namespace ingot::snapshot
