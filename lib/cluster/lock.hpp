// SPDX-License-Identifier: Apache-2.0
// One change of a cluster's nodes, or of an instance, at a time, whoever asks from wherever: a file of the
// control plane, or of the instance, is locked by a process there that ends when its input does. So the lock
// ends with us, also when we are killed, or with the container, and nothing is ever left to clean up.
#pragma once

#include "base/error.hpp"
#include "node/host.hpp"
#include "plan/event.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace ingot::cluster {

class Lock {
 public:
  // Waits until it is held; `on_wait` is called once when somebody else has it. Error{command_failed} where
  // the node cannot lock, Error{not_found} where it stops, errors as docker::Engine, and Cancelled.
  Lock(node::Host& host, const std::string& control_plane, const std::function<void()>& on_wait,
       const std::stop_token& stop);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  void hold(node::Host& host, const std::string& control_plane, const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool held_ = false;
  bool released_ = false;
  bool ended_ = false;
  bool cancelled_ = false;
  std::optional<base::Failure> failure_;
  std::jthread holder_;
};

// The lock of a cluster; who has to wait for it is told so once. Null where no control plane runs, or none
// any more: then nodes can only be started. Look again at what there is after waiting. Pause and resume take
// none: in a paused node nothing can let go, and they must be quick. Errors as Lock.
[[nodiscard]] std::unique_ptr<Lock> lock_nodes(node::Host& host, const std::string& cluster,
                                               plan::EventSink& sink, const std::stop_token& stop);

}  // namespace ingot::cluster
