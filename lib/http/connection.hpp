// SPDX-License-Identifier: Apache-2.0
// A place for one transfer at a time: an easy handle, and the multi handle that keeps its connection alive
// from one request to the next. Used by one thread at a time; Client lends it out.
#pragma once

#include "http/client.hpp"
#include "http/curl_handle.hpp"

#include <memory>
#include <stop_token>

namespace ingot::http {

class Connection {
 public:
  // The endpoint is shared with the client and its other connections: libcurl borrows its texts.
  explicit Connection(std::shared_ptr<const Endpoint> endpoint);

  [[nodiscard]] Response exchange(const Request& request, const BodySink* sink, const std::stop_token& stop);

 private:
  std::shared_ptr<const Endpoint> endpoint_;
  StringList connect_to_;
  MultiHandle multi_;
  EasyHandle easy_;  // goes before the multi handle does
};

}  // namespace ingot::http
