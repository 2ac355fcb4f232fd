// SPDX-License-Identifier: Apache-2.0
// The cluster file: strict YAML of apiVersion kind.x-k8s.io/v1alpha4 or ingot/v1alpha1 (the same with more
// fields), kind Cluster, read as kind reads it (first document only; a plain scalar in place of a text is
// that text; booleans also as yes/no/on/off) but for numbers with a leading zero or a fraction, which are
// refused as ambiguous. The text is untrusted: any bytes give a spec or an Error.
#pragma once

#include "config/cluster_spec.hpp"

#include <string>
#include <string_view>

namespace ingot::config {

inline constexpr std::string_view kKindApiVersion = "kind.x-k8s.io/v1alpha4";
inline constexpr std::string_view kIngotApiVersion = "ingot/v1alpha1";
inline constexpr std::string_view kKind = "Cluster";

// The spec as written, without defaults, lines filled in. `source_name` is for messages. Throws
// Error{invalid_input} with every problem found, in line order: "line 7: nodes[1].role: ...".
[[nodiscard]] ClusterSpec load_cluster_file(std::string_view text, const std::string& source_name);

}  // namespace ingot::config
