// SPDX-License-Identifier: Apache-2.0
// A kubelet that gets no inotify instance any more ends at once, without a word to anybody: a create would
// wait in vain for its node. Linux gives a user 128 of them, and a control plane takes some thirty.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace ingot::cluster {

// What to tell the user before that many nodes are started on a machine with this limit; empty when there is
// nothing to fear.
[[nodiscard]] std::string inotify_warning(std::optional<long> limit, std::size_t nodes);

// This machine's fs.inotify.max_user_instances.
[[nodiscard]] std::optional<long> inotify_limit();

}  // namespace ingot::cluster
