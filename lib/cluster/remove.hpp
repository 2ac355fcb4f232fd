// SPDX-License-Identifier: Apache-2.0
// `cluster delete`: from labels alone, so that it copes with anything half made. Deleting what is gone is
// success.
#pragma once

#include "cluster/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <string>

namespace ingot::cluster {

// What would be removed now. Changes nothing.
[[nodiscard]] DeleteResult find_remains(node::Host& host, const std::string& name,
                                        const DeleteOptions& options, const std::stop_token& stop);

// All nodes at once, with their volumes, and the kubeconfig entries beside them.
[[nodiscard]] DeleteResult remove(node::Host& host, const std::string& name, const DeleteOptions& options,
                                  const plan::Interrupts& interrupts, plan::EventSink& sink);

}  // namespace ingot::cluster
