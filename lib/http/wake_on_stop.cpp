// SPDX-License-Identifier: Apache-2.0
#include "http/wake_on_stop.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ingot::http {

WakeOnStop::WakeOnStop(std::stop_token stop)
    : stop_(std::move(stop)), event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) {
    throw base::Error(base::ErrorCode::environment, "no event descriptor to be had",
                      std::generic_category().message(errno));
  }
  callback_.emplace(stop_, [fd = event_.get()] {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, which wakes just as well.
    static_cast<void>(!::write(fd, &one, sizeof(one)));
  });
}

WakeOnStop::~WakeOnStop() = default;

bool WakeOnStop::wait(int fd, short events, std::chrono::milliseconds limit) {
  std::array<pollfd, 2> watched = {pollfd{.fd = fd, .events = events, .revents = 0},
                                   pollfd{.fd = event_.get(), .events = POLLIN, .revents = 0}};
  const int timeout = limit.count() > 0 ? static_cast<int>(limit.count()) : -1;
  const int ready = ::poll(watched.data(), watched.size(), timeout);
  base::check_stop(stop_);
  // A signal that interrupts looks like readiness: the caller tries, learns that there is nothing, comes
  // back.
  return ready != 0;
}

}  // namespace ingot::http
