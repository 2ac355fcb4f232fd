// SPDX-License-Identifier: Apache-2.0
#include "log_folder.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ingot::cli {

std::string make_log_folder(const Context& context) {
  const auto given = lookup(context.host.environment, "TMPDIR");
  std::string path = fmt::format("{}/ingot-logs-XXXXXX", given.empty() ? "/tmp" : given);
  if (::mkdtemp(path.data()) == nullptr) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "a temporary folder cannot be made",
                       .cause = fmt::format("{}: {}", path, std::strerror(errno)),
                       .remedy = "name a folder for the logs"});
  }
  return path;
}

}  // namespace ingot::cli
