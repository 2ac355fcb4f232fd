// SPDX-License-Identifier: Apache-2.0
#include "node/restart.hpp"

namespace ingot::node {

void let_engine_restart(Host& host, const std::string& id, const docker::Labels& labels, bool yes,
                        const std::stop_token& stop) {
  const auto wish = docker::label_of(labels, kRestartLabel);
  if (wish == "unless-stopped") {
    host.engine().set_restart_policy(id, yes ? engine_policy(wish) : "no", stop);
  }
}

}  // namespace ingot::node
