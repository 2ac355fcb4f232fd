// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"

#include <csignal>

namespace ingot::cli {

ExitCode to_exit_code(base::ErrorCode code) noexcept {
  switch (code) {
    case base::ErrorCode::invalid_input:
    case base::ErrorCode::unsupported:
      return exit_usage;
    case base::ErrorCode::not_found:
      return exit_not_found;
    case base::ErrorCode::already_exists:
      return exit_conflict;
    case base::ErrorCode::engine_unreachable:
    case base::ErrorCode::environment:
      return exit_environment;
    case base::ErrorCode::timed_out:
      return exit_timed_out;
    case base::ErrorCode::engine_refused:
    case base::ErrorCode::image_missing:
    case base::ErrorCode::command_failed:
    case base::ErrorCode::cluster_unreachable:
    case base::ErrorCode::cluster_refused:
    case base::ErrorCode::untrusted:
    case base::ErrorCode::internal:
      return exit_failed;
  }
  return exit_failed;
}

int interrupted_exit_code(int signal) noexcept {
  return signal == 0 ? exit_interrupted : 128 + signal;
}

}  // namespace ingot::cli
