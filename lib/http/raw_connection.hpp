// SPDX-License-Identifier: Apache-2.0
// A connected socket, with TLS where the endpoint asks for it, made by libcurl (CURLOPT_CONNECT_ONLY) and
// then read and written as bytes. One thread may read while another writes: libcurl's handle is behind a
// mutex that is never held while waiting.
#pragma once

#include "http/client.hpp"
#include "http/curl_handle.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::http {

class RawConnection {
 public:
  // Connects. Throws TransportError, Error{timed_out}, Cancelled. The endpoint is shared because the
  // connection may outlive the client.
  RawConnection(std::shared_ptr<const Endpoint> endpoint, std::chrono::milliseconds limit,
                const std::stop_token& stop);

  // Waits for bytes, at most `limit` (zero: no limit, else Error{timed_out}); empty at the end of the stream.
  [[nodiscard]] std::string receive(std::chrono::milliseconds limit, const std::stop_token& stop);
  void send(std::string_view bytes, const std::stop_token& stop);
  void end_sending();

 private:
  struct Received {
    std::string bytes;
    bool is_end = false;
  };
  [[nodiscard]] Received receive_now();
  [[nodiscard]] std::size_t send_now(std::string_view bytes);
  [[noreturn]] void throw_broken(int result, int error) const;

  std::shared_ptr<const Endpoint> endpoint_;
  StringList connect_to_;
  MultiHandle multi_;
  EasyHandle easy_;
  int socket_ = -1;  // libcurl's
  std::mutex mutex_;
  std::string buffer_;
};

}  // namespace ingot::http
