// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include "http/drive.hpp"
#include "http/exchange.hpp"
#include "http/sigpipe_guard.hpp"

#include <curl/curl.h>

namespace ingot::http {

namespace {

// While it lives, the transfer runs. A transfer that is taken out before its end closes its connection.
class Running {
 public:
  explicit Running(const Transfer& transfer) : transfer_(transfer) {
    curl_multi_add_handle(transfer_.multi, transfer_.easy);
  }
  ~Running() { curl_multi_remove_handle(transfer_.multi, transfer_.easy); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const Transfer& transfer_;
};

}  // namespace

Connection::Connection(std::shared_ptr<const Endpoint> endpoint)
    : endpoint_(std::move(endpoint)),
      connect_to_(connect_to(*endpoint_)),
      multi_(make_multi()),
      easy_(make_easy()) {}

Response Connection::exchange(const Request& request, const BodySink* sink, const std::stop_token& stop) {
  curl_easy_reset(easy_.get());  // forgets the settings, keeps the connection
  apply_endpoint(easy_.get(), *endpoint_, connect_to_);
  Exchange exchange(*endpoint_, request, sink);
  exchange.apply_to(easy_.get());
  const Transfer transfer{.multi = multi_.get(),
                          .easy = easy_.get(),
                          .idle_limit = request.idle_limit,
                          .server = name_of(*endpoint_)};
  const SigpipeGuard guard;
  const Running running(transfer);
  const int result = drive(transfer, stop);
  if (!exchange.is_settled(result == CURLE_OK)) {
    throw_transport_error(transfer, result, exchange.error_text());
  }
  return exchange.take_response();
}

}  // namespace ingot::http
