// SPDX-License-Identifier: Apache-2.0
#include "support/wire/bell.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace ingot::testing {

namespace {

int milliseconds_to(base::Clock::time_point deadline) {
  if (deadline == base::Clock::time_point::max()) {
    return -1;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - base::Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

void Bell::ring() {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t one = 1;
  for (const int ear : ears_) {
    static_cast<void>(!::write(ear, &one, sizeof(one)));  // fails only when 2^64 rings are pending
  }
}

Bell::Ear::Ear(Bell& bell) : bell_(bell), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  const std::scoped_lock lock(bell_.mutex_);
  bell_.ears_.push_back(event_.get());
}

Bell::Ear::~Ear() {
  const std::scoped_lock lock(bell_.mutex_);
  std::erase(bell_.ears_, event_.get());
}

bool Bell::Ear::wait(const Watch& watch) {
  std::array<pollfd, 2> watched = {pollfd{event_.get(), POLLIN, 0}, pollfd{watch.fd, watch.events, 0}};
  int ready = 0;
  do {
    ready = ::poll(watched.data(), watch.fd < 0 ? 1 : 2, milliseconds_to(watch.deadline));
  } while (ready < 0);
  std::uint64_t rings = 0;
  return ready > 0 && watched[0].revents != 0 && ::read(event_.get(), &rings, sizeof(rings)) > 0;
}

bool wait_until(Bell& bell, std::mutex& mutex, const std::function<bool()>& is_so, const Watch& watch) {
  Bell::Ear ear(bell);
  for (bool goes_on = true; goes_on; goes_on = ear.wait(watch)) {
    const std::scoped_lock lock(mutex);
    if (is_so()) {
      return true;
    }
  }
  return false;
}

}  // namespace ingot::testing
