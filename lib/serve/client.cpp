// SPDX-License-Identifier: Apache-2.0
#include "serve/client.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <functional>
#include <utility>

namespace ingot::serve {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::beast::error_code;
using Socket = asio::local::stream_protocol::socket;

}  // namespace

struct Client::Impl {
  asio::io_context io{1};
  beast::websocket::stream<Socket> socket{io};

  // Calls `work`, whose reads and writes end at once when a stop is asked for.
  error_code interruptibly(const std::stop_token& stop, const std::function<void(error_code&)>& work) {
    base::check_stop(stop);
    error_code error;
    {
      const std::stop_callback on_stop(
          stop, [fd = socket.next_layer().native_handle()] { ::shutdown(fd, SHUT_RDWR); });
      work(error);
    }
    base::check_stop(stop);
    return error;
  }
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Client::~Client() = default;

std::unique_ptr<Client> Client::connect(const std::string& path, const live::Hello& hello,
                                        const std::stop_token& stop) {
  auto impl = std::make_unique<Impl>();
  auto& socket = impl->socket;
  error_code error;
  if (path.size() < sizeof(sockaddr_un::sun_path)) {
    socket.next_layer().connect(asio::local::stream_protocol::endpoint(path), error);
  }
  if (error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory) {
    return nullptr;
  }
  if (!error) {
    error = impl->interruptibly(stop, [&](error_code& failed) {
      socket.read_message_max(0);  // a server that is ours may say as much as it wants
      socket.handshake("localhost", "/live", failed);
      if (!failed) {
        socket.text(true);
        socket.write(asio::buffer(live::hello_message(hello)), failed);
      }
    });
  }
  if (error) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = fmt::format("cannot speak to the server at {}", path),
                       .cause = error.message(),
                       .remedy = "ingot watch --no-server"});
  }
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

std::optional<std::string> Client::receive(const std::stop_token& stop) {
  beast::flat_buffer buffer;
  const auto error =
      impl_->interruptibly(stop, [&](error_code& failed) { impl_->socket.read(buffer, failed); });
  if (error) {
    return std::nullopt;
  }
  return beast::buffers_to_string(buffer.data());
}

}  // namespace ingot::serve
