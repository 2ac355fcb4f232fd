// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>
#include <utility>

namespace ingot::config {

std::vector<Problem> unsupported_yet(const ClusterSpec& spec) {
  Findings findings(spec);
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const NodeSpec& node = spec.nodes[i];
    for (const auto& [field, value] :
         {std::pair{"cpu", &node.cpu}, std::pair{"memory", &node.memory}, std::pair{"gpus", &node.gpus}}) {
      if (!value->empty()) {
        findings.add(fmt::format("nodes[{}].{}", i, field), "ingot cannot do this yet; leave it out");
      }
    }
  }
  return findings.take();
}

}  // namespace ingot::config
