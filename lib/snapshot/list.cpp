// SPDX-License-Identifier: Apache-2.0
#include "snapshot/list.hpp"

#include "snapshot/shelf.hpp"

namespace ingot::snapshot {

std::vector<Summary> list(node::Host& host, const std::string& cluster, const std::stop_token& stop) {
  std::vector<Summary> summaries;
  for (const auto& one : stored(host.engine(), cluster, stop)) {
    summaries.push_back(to_summary(one.manifest));
  }
  return summaries;
}

Summary find_summary(node::Host& host, const std::string& reference, const std::stop_token& stop) {
  return to_summary(find(host.engine(), reference, stop).manifest);
}

Summary remove(node::Host& host, const std::string& reference, const std::stop_token& stop) {
  const auto found = find(host.engine(), reference, stop);
  remove(host.engine(), found, stop);
  return to_summary(found.manifest);
}

}  // namespace ingot::snapshot
