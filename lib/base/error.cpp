// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

namespace ingot::base {

std::string_view to_id(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::engine_unreachable:
      return "engine-unreachable";
    case ErrorCode::engine_refused:
      return "engine-refused";
    case ErrorCode::not_found:
      return "not-found";
    case ErrorCode::already_exists:
      return "already-exists";
    case ErrorCode::invalid_input:
      return "invalid-input";
    case ErrorCode::image_missing:
      return "image-missing";
    case ErrorCode::command_failed:
      return "command-failed";
    case ErrorCode::timed_out:
      return "timed-out";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::cluster_unreachable:
      return "cluster-unreachable";
    case ErrorCode::cluster_refused:
      return "cluster-refused";
    case ErrorCode::environment:
      return "environment";
    case ErrorCode::untrusted:
      return "untrusted-answer";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return error.failure();
  } catch (const std::exception& error) {
    return {.code = ErrorCode::internal, .message = "ingot hit an unexpected problem", .cause = error.what()};
  } catch (...) {
    return {.code = ErrorCode::internal, .message = "ingot hit an unexpected problem"};
  }
}

}  // namespace ingot::base
