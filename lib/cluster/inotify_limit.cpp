// SPDX-License-Identifier: Apache-2.0
#include "cluster/inotify_limit.hpp"

#include <fmt/format.h>

#include <fstream>

namespace ingot::cluster {

std::string inotify_warning(std::optional<long> limit, std::size_t nodes) {
  constexpr long kOfANode = 30;
  if (!limit || *limit / kOfANode >= static_cast<long>(nodes)) {
    return {};
  }
  return fmt::format(
      "fs.inotify.max_user_instances is {}, enough for {} nodes of all clusters together; others may not "
      "start (sudo sysctl -w fs.inotify.max_user_instances=1024)",
      *limit, *limit / kOfANode);
}

std::optional<long> inotify_limit() {
  std::ifstream file("/proc/sys/fs/inotify/max_user_instances");
  long limit = 0;
  return file >> limit ? std::optional(limit) : std::nullopt;
}

}  // namespace ingot::cluster
