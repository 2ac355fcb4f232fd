// SPDX-License-Identifier: Apache-2.0
// Internal to lib/kubeadm: as much of Go's text/template as the CNI manifests of node images use: the value
// of a variable, comments, and the '-' that trims white space.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ingot::kubeadm {

// `variables` maps "PodSubnet" to what {{.PodSubnet}} becomes. Throws Error{untrusted} for anything else.
[[nodiscard]] std::string fill_template(std::string_view text,
                                        const std::map<std::string, std::string>& variables);

}  // namespace ingot::kubeadm
