// SPDX-License-Identifier: Apache-2.0
// The few exit codes of ingot (`ingot help exit-codes` documents them) and the one function that chooses one.
#pragma once

#include "base/error.hpp"

namespace ingot::cli {

enum ExitCode : int {
  exit_done = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_not_found = 3,
  exit_conflict = 4,
  exit_environment = 5,
  exit_timed_out = 6,
  exit_inner_failed = 125,  // `kubectl` could not be run at all, as docker says it
  exit_interrupted = 130,
  exit_broken_pipe = 141,  // what a program killed by SIGPIPE would leave
  exit_terminated = 143,
};

[[nodiscard]] ExitCode to_exit_code(base::ErrorCode code) noexcept;
// `signal`: the one that asked to stop.
[[nodiscard]] int interrupted_exit_code(int signal) noexcept;

}  // namespace ingot::cli
