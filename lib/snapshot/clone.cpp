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

using std::chrono::milliseconds;

// Before anything is paused or copied.
void refuse(node::Host& host, const CloneRequest& request, const std::stop_token& stop) {
  if (!host.nodes(request.name, stop).empty()) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("there is a cluster '{}' already", request.name),
                       .remedy = "ingot cluster delete " + request.name});
  }
}

SaveRequest to_save(const CloneRequest& request) {
  std::random_device random;
  return {.cluster = request.cluster,
          .name = fmt::format("clone-{:08x}", random()),
          .tool_version = request.tool_version,
          .timeout = request.timeout,
          .while_paused = request.while_paused};
}

// Goes when the copy is made, or when it is not.
class Passing {
 public:
  Passing(node::Host& host, std::string reference, plan::EventSink& sink)
      : host_(host), reference_(std::move(reference)), sink_(sink) {}
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  ~Passing() {
    try {
      remove(host_, reference_, {});
    } catch (...) {
      if (base::current_failure().code != base::ErrorCode::not_found) {
        sink_.on({.body = plan::Notice{
                      .text = fmt::format("snapshot '{0}' is left: ingot cluster snapshot delete {0}",
                                          reference_)}});
      }
    }
  }

 private:
  node::Host& host_;
  std::string reference_;
  plan::EventSink& sink_;
};

}  // namespace

CloneResult clone(node::Host& host, const CloneRequest& request, bool engine_is_local,
                  const plan::Interrupts& interrupts, plan::EventSink& sink) {
  refuse(host, request, interrupts.stop);
  const auto saved = save(host, to_save(request), interrupts, sink);
  const Passing passing(host, saved.snapshot.reference(), sink);
  CloneResult result{.paused = saved.paused};
  result.restored = restore(host,
                            {.snapshot = saved.snapshot.reference(),
                             .name = request.name,
                             .wait = request.wait,
                             .kubeconfig = request.kubeconfig,
                             .timeout = std::max(request.timeout - saved.elapsed, milliseconds(1))},
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
