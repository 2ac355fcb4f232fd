// SPDX-License-Identifier: Apache-2.0
#include "remedy.hpp"

namespace ingot::cli {

std::string remedy_for(const base::Failure& failure) {
  if (!failure.remedy.empty()) {
    return failure.remedy;
  }
  switch (failure.code) {
    case base::ErrorCode::engine_unreachable:
    case base::ErrorCode::environment:
      return "ingot doctor";
    case base::ErrorCode::not_found:
      return "ingot cluster list";
    case base::ErrorCode::image_missing:
      return "name an image that the engine has or can pull: --image IMAGE";
    case base::ErrorCode::timed_out:
      return "give it more time with --timeout, or look for what slows it down: ingot doctor";
    case base::ErrorCode::internal:
      return "this is a mistake of ingot's: report it with the command, this text and 'ingot version'";
    case base::ErrorCode::engine_refused:
    case base::ErrorCode::already_exists:
    case base::ErrorCode::invalid_input:
    case base::ErrorCode::command_failed:
    case base::ErrorCode::unsupported:
    case base::ErrorCode::cluster_unreachable:
    case base::ErrorCode::cluster_refused:
    case base::ErrorCode::untrusted:
      return "";
  }
  return "";
}

}  // namespace ingot::cli
