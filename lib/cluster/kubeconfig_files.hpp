// SPDX-License-Identifier: Apache-2.0
// Which of the user's kubeconfig files a verb is about.
#pragma once

#include "cluster/results.hpp"
#include "kubeconfig/paths.hpp"

#include <string>
#include <vector>

namespace ingot::cluster {

// Every file in which entries of ours may be.
[[nodiscard]] std::vector<std::string> kubeconfig_search_path(const KubeconfigTarget& target);

}  // namespace ingot::cluster
