// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection, plain or by TLS, as one kind of stream for Boost.Beast: what is above it need
// not know which. Time limits are those of next_layer(), and hold for all that goes on.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <memory>
#include <utility>
#include <variant>

namespace ingot::serve {

class Stream {
 public:
  using Plain = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;
  using Tls = boost::asio::ssl::stream<Plain>;
  using executor_type = Plain::executor_type;
  using Role = boost::asio::ssl::stream_base::handshake_type;

  explicit Stream(Plain&& plain) : way_(std::move(plain)) {}
  Stream(Plain&& plain, boost::asio::ssl::context& context)
      : way_(std::make_unique<Tls>(std::move(plain), context)) {}

  [[nodiscard]] bool is_tls() const { return std::holds_alternative<std::unique_ptr<Tls>>(way_); }
  [[nodiscard]] Tls& tls() { return *std::get<std::unique_ptr<Tls>>(way_); }
  [[nodiscard]] Plain& next_layer() { return is_tls() ? tls().next_layer() : std::get<Plain>(way_); }
  [[nodiscard]] executor_type get_executor() { return next_layer().get_executor(); }

  // Of TLS; to be done before anything is read or written.
  template <typename Handler>
  void async_handshake(Role role, Handler&& handler) {
    tls().async_handshake(role, std::forward<Handler>(handler));
  }
  // Tells the other side that nothing follows, so that it knows that nothing was cut off.
  template <typename Handler>
  void async_shutdown(Handler&& handler) {
    tls().async_shutdown(std::forward<Handler>(handler));
  }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls()) {
      tls().async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      next_layer().async_read_some(buffers, std::forward<Handler>(handler));
    }
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls()) {
      tls().async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      next_layer().async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  std::variant<Plain, std::unique_ptr<Tls>> way_;
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
