// SPDX-License-Identifier: Apache-2.0
// Keeps SIGPIPE away from this thread while libcurl works. OpenSSL writes to a socket without MSG_NOSIGNAL,
// and libcurl's own protection changes the handler of the whole process, which races between threads.
#pragma once

#include <csignal>

namespace ingot::http {

class SigpipeGuard {
 public:
  SigpipeGuard() noexcept;
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace ingot::http
