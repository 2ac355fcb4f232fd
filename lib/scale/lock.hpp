// SPDX-License-Identifier: Apache-2.0
// One change of a cluster's workers at a time, whoever asks from wherever: a file of the control plane is
// locked by a process there that ends when its input does. So the lock ends with us, also when we are killed,
// and nothing is ever left to clean up. Internal to lib/scale.
#pragma once

#include "base/error.hpp"
#include "node/host.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace ingot::scale {

class Lock {
 public:
  // Waits until it is held; `on_wait` is called once when somebody else has it. Error{command_failed} where
  // the node cannot lock, errors as docker::Engine, and Cancelled.
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

}  // namespace ingot::scale
