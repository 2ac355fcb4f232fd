// SPDX-License-Identifier: Apache-2.0
#include "snapshot/clone.hpp"

#include "base/error.hpp"
#include "snapshot/list.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/save.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ingot::snapshot {

namespace {

// Before anything is paused or copied.
void refuse(node::Host& host, const CloneRequest& request, const std::stop_token& stop) {
  if (!host.nodes(request.name, stop).empty()) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("there is a cluster '{}' already", request.name),
                       .remedy = "ingot cluster delete " + request.name});
  }
  const auto nodes = host.nodes(request.cluster, stop);
  const auto count = std::ranges::count(nodes, node::kControlPlaneRole, &node::Node::role);
  if (count > 1) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("cluster '{}' cannot be cloned", request.cluster),
                       .cause = fmt::format("it has {} control planes", count),
                       .remedy = "ingot cluster snapshot save " + request.cluster});
  }
}

SaveRequest to_save(const CloneRequest& request) {
  std::random_device random;
  return {.cluster = request.cluster,
          .name = fmt::format("clone-{:08x}", random()),
          .tool_version = request.tool_version,
          .timeout = request.timeout};
}

// Goes when the copy is made, or when it is not.
class Passing {
 public:
  Passing(node::Host& host, std::string reference) : host_(host), reference_(std::move(reference)) {}
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  ~Passing() {
    try {
      remove(host_, reference_, {});
    } catch (...) {  // NOLINT(bugprone-empty-catch): it is listed, and can be deleted
    }
  }

 private:
  node::Host& host_;
  std::string reference_;
};

}  // namespace

CloneResult clone(node::Host& host, const CloneRequest& request, bool engine_is_local,
                  const plan::Interrupts& interrupts, plan::EventSink& sink) {
  refuse(host, request, interrupts.stop);
  const auto saved = save(host, to_save(request), interrupts, sink);
  const Passing passing(host, saved.snapshot.reference());
  CloneResult result{.paused = saved.paused};
  result.restored = restore(host,
                            {.snapshot = saved.snapshot.reference(),
                             .name = request.name,
                             .wait = request.wait,
                             .kubeconfig = request.kubeconfig,
                             .timeout = request.timeout},
                            engine_is_local, interrupts, sink);
  result.elapsed = saved.elapsed + result.restored.elapsed;
  return result;
}

std::string plan_clone(node::Host& host, const CloneRequest& request, const std::stop_token& stop) {
  refuse(host, request, stop);
  return plan_save(host, to_save(request), stop) +
         fmt::format(
             "restore it as cluster {}, with names, addresses and certificates of its own\n"
             "delete the snapshot\n",
             request.name);
}

}  // namespace ingot::snapshot
