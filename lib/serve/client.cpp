// SPDX-License-Identifier: Apache-2.0
#include "serve/client.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <deque>
#include <functional>
#include <utility>

namespace ingot::serve {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;
using Socket = asio::generic::stream_protocol::socket;

// "127.0.0.1:7700" or "[::1]:7700".
asio::ip::tcp::socket connect_tcp(asio::io_context& io, const std::string& address, error_code& error) {
  asio::ip::tcp::socket socket(io);
  const auto colon = address.rfind(':');
  auto host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  const auto port = colon == std::string::npos ? "" : address.substr(colon + 1);
  const auto found = asio::ip::tcp::resolver(io).resolve(host, port, error);
  if (!error) {
    asio::connect(socket, found, error);
  }
  return socket;
}

Socket connect_to(asio::io_context& io, const ServerPlace& place, error_code& error) {
  if (!place.address.empty()) {
    return connect_tcp(io, place.address, error);
  }
  asio::local::stream_protocol::socket socket(io);
  if (place.socket.size() < sizeof(sockaddr_un::sun_path)) {
    socket.connect(asio::local::stream_protocol::endpoint(place.socket), error);
  } else {
    error = asio::error::name_too_long;
  }
  return socket;
}

bool is_nobody_there(const error_code& error) {
  return error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory;
}

}  // namespace

std::string name_of(const ServerPlace& place) {
  return place.address.empty() ? place.socket : place.address;
}

struct Client::Impl {
  asio::io_context io{1};
  // Without anything to do it would count as ended.
  asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
  websocket::stream<Socket> socket{io};
  beast::flat_buffer buffer;
  std::deque<std::string> outbox;
  std::optional<std::string> received;
  bool is_reading = false;
  bool is_writing = false;
  bool has_ended = false;

  // Reads and writes end at once when a stop is asked for.
  void interruptibly(const std::stop_token& stop, const std::function<void()>& work) {
    base::check_stop(stop);
    {
      const std::stop_callback on_stop(
          stop, [fd = socket.next_layer().native_handle()] { ::shutdown(fd, SHUT_RDWR); });
      work();
    }
    base::check_stop(stop);
  }

  void greet(const ServerPlace& place, const live::Hello& hello, error_code& error) {
    socket.read_message_max(0);  // a server that is ours may say as much as it wants
    socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      if (!place.token.empty()) {
        request.set(beast::http::field::authorization, "Bearer " + place.token);
      }
    }));
    socket.handshake(place.address.empty() ? "localhost" : place.address, "/live", error);
    if (!error) {
      socket.text(true);
      socket.write(asio::buffer(live::to_message(hello)), error);
    }
  }

  void read() {
    if (is_reading) {
      return;
    }
    is_reading = true;
    socket.async_read(buffer, [this](error_code error, std::size_t) {
      is_reading = false;
      if (error) {
        has_ended = true;
      } else {
        received = beast::buffers_to_string(buffer.data());
        buffer.consume(buffer.size());
      }
    });
  }

  void write() {
    if (is_writing || outbox.empty()) {
      return;
    }
    is_writing = true;
    socket.async_write(asio::buffer(outbox.front()), [this](error_code error, std::size_t) {
      is_writing = false;
      outbox.pop_front();
      if (!error) {
        write();
      }
    });
  }
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Client::~Client() = default;

std::unique_ptr<Client> Client::connect(const ServerPlace& place, const live::Hello& hello,
                                        const std::stop_token& stop) {
  auto impl = std::make_unique<Impl>();
  error_code error;
  impl->socket.next_layer() = connect_to(impl->io, place, error);
  ::fcntl(impl->socket.next_layer().native_handle(), F_SETFD, FD_CLOEXEC);  // Asio does not
  if (is_nobody_there(error)) {
    return nullptr;
  }
  if (!error) {
    impl->interruptibly(stop, [&] { impl->greet(place, hello, error); });
  }
  if (error) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "cannot speak to the server at " + name_of(place),
                       .cause = error.message(),
                       .remedy = "ingot watch --no-server"});
  }
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

void Client::send(const live::Request& request) {
  asio::post(impl_->io, [impl = impl_.get(), text = live::to_message(request)]() mutable {
    impl->outbox.push_back(std::move(text));
    impl->write();
  });
}

std::optional<std::string> Client::receive(const std::stop_token& stop) {
  impl_->read();
  impl_->interruptibly(stop, [this] {
    while (!impl_->received && !impl_->has_ended) {
      impl_->io.run_one();
    }
  });
  return std::exchange(impl_->received, std::nullopt);
}

}  // namespace ingot::serve
