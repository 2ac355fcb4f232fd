// SPDX-License-Identifier: Apache-2.0
#include "http/raw_connection.hpp"

#include "base/text.hpp"
#include "http/drive.hpp"
#include "http/sigpipe_guard.hpp"
#include "http/wake_on_stop.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ingot::http {

namespace {

constexpr std::size_t kReadSize = 64U << 10U;

}  // namespace

RawConnection::RawConnection(std::shared_ptr<const Endpoint> endpoint, std::chrono::milliseconds limit,
                             const std::stop_token& stop)
    : endpoint_(std::move(endpoint)),
      connect_to_(connect_to(*endpoint_)),
      multi_(make_multi()),
      easy_(make_easy()),
      buffer_(kReadSize, '\0') {
  std::array<char, CURL_ERROR_SIZE> error_text{};
  CURL* easy = easy_.get();
  apply_endpoint(easy, *endpoint_, connect_to_);
  curl_easy_setopt(easy, CURLOPT_URL, url_of(*endpoint_, "/").c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text.data());
  const SigpipeGuard guard;
  // The handle stays with the multi handle: the connection is kept there, and found through it.
  curl_multi_add_handle(multi_.get(), easy);
  const Transfer transfer{
      .multi = multi_.get(), .easy = easy, .idle_limit = limit, .server = name_of(*endpoint_)};
  const int result = drive(transfer, stop);
  if (result != CURLE_OK) {
    throw_transport_error(transfer, result, error_text.data());
  }
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  socket_ = socket;
}

void RawConnection::throw_broken(int result, int error) const {
  const auto code = static_cast<CURLcode>(result);
  const bool is_system = error != 0 && error != EAGAIN;
  throw TransportError(Fault::closed, "the connection to " + name_of(*endpoint_) + " broke",
                       is_system ? std::generic_category().message(error) : curl_easy_strerror(code));
}

RawConnection::Received RawConnection::receive_now() {
  const std::scoped_lock lock(mutex_);
  const SigpipeGuard guard;
  std::size_t size = 0;
  errno = 0;
  const CURLcode result = curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &size);
  if (result == CURLE_AGAIN) {
    return {};
  }
  if (result != CURLE_OK) {
    throw_broken(result, errno);
  }
  return {.bytes = buffer_.substr(0, size), .is_end = size == 0};
}

std::string RawConnection::receive(std::chrono::milliseconds limit, const std::stop_token& stop) {
  base::check_stop(stop);
  // Ask before waiting: TLS may hold bytes that the socket no longer shows.
  Received received = receive_now();
  if (received.bytes.empty() && !received.is_end) {
    WakeOnStop waiter(stop);
    do {
      if (!waiter.wait(socket_, POLLIN, limit)) {
        throw base::Error(base::ErrorCode::timed_out, name_of(*endpoint_) + " does not answer",
                          "no byte came for " + base::to_text(limit));
      }
      received = receive_now();
    } while (received.bytes.empty() && !received.is_end);
  }
  return std::move(received.bytes);
}

std::size_t RawConnection::send_now(std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  const SigpipeGuard guard;
  std::size_t size = 0;
  errno = 0;
  const CURLcode result = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &size);
  if (result != CURLE_OK && result != CURLE_AGAIN) {
    throw_broken(result, errno);
  }
  return size;
}

void RawConnection::send(std::string_view bytes, const std::stop_token& stop) {
  std::optional<WakeOnStop> waiter;
  while (!bytes.empty()) {
    base::check_stop(stop);
    const std::size_t sent = send_now(bytes);
    bytes.remove_prefix(sent);
    if (sent == 0) {
      if (!waiter) {
        waiter.emplace(stop);
      }
      static_cast<void>(waiter->wait(socket_, POLLOUT, {}));
    }
  }
}

void RawConnection::end_sending() {
  const std::scoped_lock lock(mutex_);
  const SigpipeGuard guard;
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &session);
  if (session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL && session->internals != nullptr) {
    // Sends "close notify", which ends our half. Shutting the socket down would cut off what TLS itself has
    // still to say.
    SSL_shutdown(static_cast<SSL*>(session->internals));
  } else {
    ::shutdown(socket_, SHUT_WR);
  }
}

}  // namespace ingot::http
