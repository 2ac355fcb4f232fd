// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {

std::vector<Problem> unsupported_yet(const ClusterSpec& spec) {
  Findings findings(spec);
  if (!spec.containerd_patches.empty()) {
    findings.add("containerdConfigPatches", "not supported yet");
  }
  if (!spec.containerd_json6902_patches.empty()) {
    findings.add("containerdConfigPatchesJSON6902", "not supported yet");
  }
  return findings.take();
}

}  // namespace ingot::config
