// SPDX-License-Identifier: Apache-2.0
// The devices of one container that runs: what it was given, and how that is changed. All work is done by the
// engine: in a helper container of the container's own image that sees the engine's machine, so that the
// engine may be elsewhere, and nobody needs to be root here.
#pragma once

#include "device/wish.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::device {

// On the container that changes what another one has: the id of that one. Engines tell of it with their
// events, and it ends when the change is made.
inline constexpr std::string_view kHolderLabel = "dev.ingot.devices-of";

// What was wished for a container last, and it keeps over a restart, although the kernel's part of it is gone
// then. Also of one that does not run. Error{untrusted} when somebody else has written there.
[[nodiscard]] Wish recorded(node::Host& host, const std::string& id, const std::stop_token& stop);

// Wishes that for a container that has not started yet: hold_again() makes it so when it has. From now on it
// is its own.
void record(node::Host& host, const std::string& id, const Wish& wish, const std::stop_token& stop);

struct Held {
  bool changed = false;
  bool told = true;  // false: the kubelet was not told in time
};

// Makes it so; what is so is left alone. Error{already_exists} when the container does not run,
// Error{command_failed} with the agent's words: it is not privileged, the machine lacks a file or device.
Held hold(node::Host& host, const docker::ContainerInfo& container, const Wish& wish,
          const std::stop_token& stop);

// After a start: what is recorded is held again, and nobody waits for a kubelet. False: nothing is recorded.
bool hold_again(node::Host& host, const docker::ContainerInfo& container, const std::stop_token& stop);

// The same for who goes on without them: why they could not be held, for a warning; empty: all is well.
[[nodiscard]] std::string hold_again_or_tell(node::Host& host, const docker::ContainerInfo& container,
                                             const std::stop_token& stop);

// Those of `wish` that a container which runs has now: a restart takes them all.
[[nodiscard]] std::vector<std::string> present(node::Host& host, const std::string& id, const Wish& wish,
                                               const std::stop_token& stop);

// Puts the agent into a container that runs, in the place of any other, which an older ingot may have left.
// `for_kubelet`: with its service, which runs then. Nothing where all is so already.
void install_agent(node::Host& host, const std::string& id, bool for_kubelet, const std::stop_token& stop);

// The service ends, if there is one, and does not come again: another plugin tells the kubelet.
void end_plugin(node::Host& host, const std::string& id, const std::stop_token& stop);

// A process of the container, or of a pod in it, that has a device open.
struct User {
  std::int64_t pid = 0;  // as the container counts
  std::string program;
  std::string path;
};
[[nodiscard]] std::vector<User> users(node::Host& host, const std::string& id,
                                      const std::vector<std::string>& paths, const std::stop_token& stop);

}  // namespace ingot::device
