// SPDX-License-Identifier: Apache-2.0
#include "serve/client.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "live/messages.hpp"
#include "serve/address.hpp"
#include "serve/resolve.hpp"
#include "serve/stream.hpp"
#include "serve/tls.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <sys/un.h>

#include <chrono>
#include <deque>
#include <functional>
#include <utility>

namespace ingot::serve {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;
using std::chrono::seconds;

constexpr seconds kConnectLimit{10};  // for each address, and for the greeting
constexpr seconds kSilenceLimit{30};  // of a server elsewhere, which is asked whether it is there

bool is_nobody_there(const error_code& error) {
  return error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory;
}

std::string text_of(const error_code& error) {
  return error == beast::error::timeout ? "it does not answer" : error.message();
}

std::optional<asio::ssl::context> make_context(const ServerPlace& place, Verifier& verifier) {
  if (!place.is_tls) {
    return std::nullopt;
  }
  asio::ssl::context context(asio::ssl::context::tls_client);
  verifier.set_up(context.native_handle());
  return context;
}

std::string host_of(const ServerPlace& place) {
  return place.address.empty() ? "localhost" : split_address(place.address).host;
}

[[noreturn]] void fail(const ServerPlace& place, const std::string& cause) {
  throw base::Error({.code = base::ErrorCode::environment,
                     .message = "cannot speak to the server at " + name_of(place),
                     .cause = cause,
                     .remedy = "ingot watch --no-server"});
}

// The token would be for everybody on the way.
[[noreturn]] void refuse_plain(const ServerPlace& place) {
  throw Refused({.code = base::ErrorCode::invalid_input,
                 .message = "the token is sent to no other machine without TLS",
                 .cause = host_of(place) + " is not this machine alone",
                 .remedy = "--server https://" + place.address});
}

[[noreturn]] void refuse_no_tls(const ServerPlace& place) {
  throw Refused({.code = base::ErrorCode::environment,
                 .message = "the server at " + name_of(place) + " does not speak TLS",
                 .remedy = is_loopback(host_of(place)) ? "--server http://" + place.address
                                                       : "begin it with ingot serve --listen ADDRESS:PORT"});
}

}  // namespace

std::string name_of(const ServerPlace& place) {
  return place.address.empty() ? place.socket : (place.is_tls ? "https://" : "") + place.address;
}

struct Client::Impl {
  asio::io_context io{1};
  // Without anything to do it would count as ended.
  asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
  Verifier verifier;
  std::optional<asio::ssl::context> context;
  websocket::stream<Stream> socket;
  beast::flat_buffer buffer;
  std::deque<std::string> outbox;
  std::optional<std::string> received;
  std::string ending;
  bool is_reading = false;
  bool is_writing = false;
  bool has_ended = false;

  explicit Impl(const ServerPlace& place)
      : verifier(place.trust, host_of(place)),
        context(make_context(place, verifier)),
        socket(context ? Stream(Stream::Plain(io), *context) : Stream(Stream::Plain(io))) {}

  Stream::Plain& plain() { return beast::get_lowest_layer(socket); }

  // Runs what has begun until `is_done`, which a stop brings about by ending the connection.
  void run_until(const std::stop_token& stop, const std::function<bool()>& is_done) {
    base::check_stop(stop);
    {
      const std::stop_callback on_stop(stop, [this] { asio::post(io, [this] { plain().close(); }); });
      while (!is_done()) {
        io.run_one();
      }
    }
    base::check_stop(stop);
  }

  // What an operation ends with that `begin` gives a handler to.
  template <typename Begin>
  error_code await(const std::stop_token& stop, Begin begin) {
    std::optional<error_code> result;
    begin([&result](error_code error, auto&&...) { result = error; });
    run_until(stop, [&result] { return result.has_value(); });
    return *result;
  }

  error_code connect(const asio::generic::stream_protocol::endpoint& endpoint, const std::stop_token& stop) {
    plain().expires_after(kConnectLimit);
    const auto error =
        await(stop, [&](auto handler) { plain().async_connect(endpoint, std::move(handler)); });
    if (error) {
      plain().close();
    } else {
      ::fcntl(plain().socket().native_handle(), F_SETFD, FD_CLOEXEC);  // Asio does not
    }
    return error;
  }

  error_code connect_tcp(const ServerPlace& place, const std::stop_token& stop) {
    const auto [host, port] = split_address(place.address);
    error_code error;
    for (const auto& found : resolve(host, port, stop)) {
      if (!place.is_tls && !is_loopback(found.host)) {
        refuse_plain(place);
      }
      error = connect({&found.address, found.size}, stop);
      if (!error) {
        send_at_once(plain().socket().native_handle());
        break;
      }
    }
    return error;
  }

  error_code connect_unix(const std::string& path, const std::stop_token& stop) {
    return path.size() < sizeof(sockaddr_un::sun_path)
               ? connect(asio::local::stream_protocol::endpoint(path), stop)
               : error_code(asio::error::name_too_long);
  }

  void shake_hands(const ServerPlace& place, const std::stop_token& stop) {
    auto& stream = socket.next_layer();
    verifier.set_up(stream.tls().native_handle());
    plain().expires_after(kConnectLimit);
    const auto error = await(stop, [&](auto handler) {
      stream.async_handshake(asio::ssl::stream_base::client, std::move(handler));
    });
    if (auto failure = verifier.failure(name_of(place))) {
      throw Refused(*std::move(failure));
    }
    if (is_no_tls(error)) {
      refuse_no_tls(place);
    }
    if (error) {
      fail(place, text_of(error) + " (while TLS began)");
    }
  }

  void greet(const ServerPlace& place, const live::Hello& hello, const std::stop_token& stop) {
    plain().expires_never();
    const auto silence = place.address.empty() ? websocket::stream_base::none() : kSilenceLimit;
    socket.set_option(websocket::stream_base::timeout{kConnectLimit, silence, !place.address.empty()});
    socket.read_message_max(0);  // a server that is ours may say as much as it wants
    socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      if (!place.token.empty()) {
        request.set(beast::http::field::authorization, "Bearer " + place.token);
      }
    }));
    websocket::response_type answer;
    auto error = await(stop, [&](auto handler) {
      socket.async_handshake(answer, place.address.empty() ? "localhost" : place.address, "/live",
                             std::move(handler));
    });
    if (error == websocket::error::upgrade_declined) {
      refuse(place, answer);
    }
    const std::string text = live::to_message(hello);
    if (!error) {
      socket.text(true);
      error = await(stop, [&](auto handler) { socket.async_write(asio::buffer(text), std::move(handler)); });
    }
    if (error) {
      fail(place, text_of(error));
    }
  }

  // In the server's words, where they are ours.
  [[noreturn]] static void refuse(const ServerPlace& place, const websocket::response_type& answer) {
    base::Failure failure{.code = base::ErrorCode::environment,
                          .message = "the server at " + name_of(place) + " lets nobody in that way",
                          .cause = "it answers " + std::to_string(answer.result_int())};
    try {
      const auto said = live::read_server_message(answer.body());
      failure.cause = said.reason;
      failure.remedy = answer.result() == beast::http::status::unauthorized
                           ? "set INGOT_TOKEN to that of the server's file"
                           : "--server " + said.remedy;
    } catch (const base::Error&) {
    }
    throw Refused(std::move(failure));
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
        ending = error == websocket::error::closed ? "" : text_of(error);
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
  auto impl = std::make_unique<Impl>(place);
  const auto error =
      place.address.empty() ? impl->connect_unix(place.socket, stop) : impl->connect_tcp(place, stop);
  if (is_nobody_there(error)) {
    return nullptr;
  }
  if (error) {
    fail(place, text_of(error));
  }
  if (place.is_tls) {
    impl->shake_hands(place, stop);
  }
  impl->greet(place, hello, stop);
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
  impl_->run_until(stop, [this] { return impl_->received || impl_->has_ended; });
  return std::exchange(impl_->received, std::nullopt);
}

const std::string& Client::ending() const {
  return impl_->ending;
}

}  // namespace ingot::serve
