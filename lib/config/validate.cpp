// SPDX-License-Identifier: Apache-2.0
#include "config/validate.hpp"

#include "config/rules.hpp"

#include <algorithm>

namespace ingot::config {

std::vector<Problem> validate(const ClusterSpec& spec) {
  Findings findings(spec);
  check_names(spec, findings);
  check_networking(spec, findings);
  check_nodes(spec, findings);
  check_own_fields(spec, findings);
  check_host_ports(spec, findings);
  check_patches(spec, findings);
  auto problems = findings.take();
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return problems;
}

void check(const ClusterSpec& spec) {
  throw_if_any(validate(spec), spec.source_name);
}

}  // namespace ingot::config
