// SPDX-License-Identifier: Apache-2.0
// Runs one libcurl transfer to its end on the calling thread: sleeps in poll(), wakes for bytes and for the
// stop token. What libcurl reports is turned into our errors here, once for all callers.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace ingot::http {

// A transfer that was added to its multi handle.
struct Transfer {
  void* multi = nullptr;
  void* easy = nullptr;
  std::chrono::milliseconds idle_limit{0};  // zero: none
  std::string server;                       // for error texts
};

// Returns libcurl's result (a CURLcode); throws Cancelled or Error{timed_out}. The caller
// holds a SigpipeGuard.
[[nodiscard]] int drive(const Transfer& transfer, const std::stop_token& stop);

// Throws the error that stands for `result`, which is not CURLE_OK. `detail` is libcurl's error buffer.
[[noreturn]] void throw_transport_error(const Transfer& transfer, int result, const char* detail);

}  // namespace ingot::http
