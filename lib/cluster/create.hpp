// SPDX-License-Identifier: Apache-2.0
// `cluster create`: observe, plan, execute. A failure takes everything back that this run made (unless told
// to keep it) and is thrown; a kubeconfig that cannot be written is an error too, but the cluster stays.
#pragma once

#include "cluster/results.hpp"
#include "config/cluster_spec.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <string>

namespace ingot::cluster {

// `spec` must have its defaults and be valid.
[[nodiscard]] CreateResult create(node::Host& host, const config::ClusterSpec& spec,
                                  const CreateOptions& options, bool engine_is_local,
                                  const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that create would run now.
[[nodiscard]] std::string plan_text(node::Host& host, const config::ClusterSpec& spec,
                                    const CreateOptions& options, bool engine_is_local,
                                    const std::stop_token& stop);

}  // namespace ingot::cluster
