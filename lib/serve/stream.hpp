// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection, plain or by TLS, as one kind of stream for Boost.Beast: what is above it need
// not know which. Time limits are those of next_layer(), and hold for all that goes on.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ingot::serve {

// A handler of an operation that keeps what it works on: asio's operations of TLS do not, and a WebSocket
// lets go of its stream while it still writes a ping.
template <typename Kept, typename Handler>
class KeepingHandler {
 public:
  using executor_type = boost::asio::associated_executor_t<Handler, typename Kept::executor_type>;

  KeepingHandler(std::shared_ptr<Kept> kept, Handler handler)
      : kept_(std::move(kept)), handler_(std::move(handler)) {}
  [[nodiscard]] executor_type get_executor() const noexcept {
    return boost::asio::get_associated_executor(handler_, kept_->get_executor());
  }
  template <typename... Results>
  void operator()(Results&&... results) {
    handler_(std::forward<Results>(results)...);
  }

 private:
  std::shared_ptr<Kept> kept_;
  Handler handler_;
};

class Stream {
 public:
  using Plain = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;
  using Tls = boost::asio::ssl::stream<Plain>;
  using executor_type = Plain::executor_type;
  using Role = boost::asio::ssl::stream_base::handshake_type;

  explicit Stream(Plain&& plain) : plain_(std::move(plain)) {}
  Stream(Plain&& plain, boost::asio::ssl::context& context)
      : tls_(std::make_shared<Tls>(std::move(plain), context)) {}
  // What it still does ends at once.
  ~Stream() {
    if (tls_) {
      tls_->next_layer().close();
    }
  }
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) = delete;

  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  [[nodiscard]] Tls& tls() { return *tls_; }
  [[nodiscard]] Plain& next_layer() { return is_tls() ? tls().next_layer() : *plain_; }
  [[nodiscard]] executor_type get_executor() { return next_layer().get_executor(); }

  // Of TLS; to be done before anything is read or written.
  template <typename Handler>
  void async_handshake(Role role, Handler&& handler) {
    tls().async_handshake(role, keeping(std::forward<Handler>(handler)));
  }
  // Tells the other side that nothing follows, so that it knows that nothing was cut off.
  template <typename Handler>
  void async_shutdown(Handler&& handler) {
    tls().async_shutdown(keeping(std::forward<Handler>(handler)));
  }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls()) {
      tls().async_read_some(buffers, keeping(std::forward<Handler>(handler)));
    } else {
      next_layer().async_read_some(buffers, std::forward<Handler>(handler));
    }
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls()) {
      tls().async_write_some(buffers, keeping(std::forward<Handler>(handler)));
    } else {
      next_layer().async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  template <typename Handler>
  auto keeping(Handler&& handler) {
    return KeepingHandler<Tls, std::decay_t<Handler>>(tls_, std::forward<Handler>(handler));
  }

  std::optional<Plain> plain_;  // or else
  std::shared_ptr<Tls> tls_;
};

// How Boost.Beast ends a WebSocket's connection.
template <typename Handler>
void async_teardown(boost::beast::role_type role, Stream& stream, Handler&& handler) {
  if (stream.is_tls()) {
    stream.async_shutdown(std::forward<Handler>(handler));
  } else {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
  }
}

}  // namespace ingot::serve
