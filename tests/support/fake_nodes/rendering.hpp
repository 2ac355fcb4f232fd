// SPDX-License-Identifier: Apache-2.0
// What the fake node image holds, and what its kubeadm prints when it is only asked (`init --dry-run`): as
// little as lib/boot accepts, in kubeadm's form.
#pragma once

#include <map>
#include <string>

namespace ingot::testing {

// path -> content; of every node image.
[[nodiscard]] std::map<std::string, std::string> node_image_files(const std::string& version);

// path -> content; what boot::rendering_script() leaves in its container. `config`: kubeadm's.
[[nodiscard]] std::map<std::string, std::string> dry_run_files(const std::string& version,
                                                               const std::string& config);

}  // namespace ingot::testing
