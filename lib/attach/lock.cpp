// SPDX-License-Identifier: Apache-2.0
#include "attach/lock.hpp"

#include <fmt/format.h>

namespace ingot::attach {

std::unique_ptr<cluster::Lock> lock_changes(node::Host& host, const Target& target, plan::EventSink& sink,
                                            const std::stop_token& stop) {
  if (!target.cluster.empty()) {
    return cluster::lock_nodes(host, target.cluster, sink, stop);
  }
  const auto tell = [&] {
    sink.on({.body = plan::Notice{
                 .text = fmt::format("waiting for another change of '{}'", target.container.name)}});
  };
  return std::make_unique<cluster::Lock>(host, target.container.id, tell, stop);
}

}  // namespace ingot::attach
