// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>

namespace ingot::config {

std::vector<Problem> unsupported_yet(const ClusterSpec& spec) {
  Findings findings(spec);
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    if (!spec.nodes[i].gpus.empty()) {
      findings.add(fmt::format("nodes[{}].gpus", i), "ingot cannot do this yet; leave it out");
    }
  }
  return findings.take();
}

}  // namespace ingot::config
