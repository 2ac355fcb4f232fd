// SPDX-License-Identifier: Apache-2.0
// The agent's one way to fail: a sentence on standard error, and exit code 1.
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace ingot::agent {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void fail(const std::string& what) {
  throw Failure(what);
}

// With what the kernel says.
[[noreturn]] inline void fail_with_errno(const std::string& what) {
  const int code = errno;
  throw Failure(what + ": " + std::strerror(code));
}

}  // namespace ingot::agent
