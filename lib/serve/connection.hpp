// SPDX-License-Identifier: Apache-2.0
// HTTP, over TLS where the door has it, until a request asks for a WebSocket.
#pragma once

#include "serve/access.hpp"
#include "serve/address.hpp"
#include "serve/answer.hpp"
#include "serve/console.hpp"
#include "serve/hall.hpp"
#include "serve/session.hpp"
#include "serve/tls.hpp"

#include <boost/asio/write.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace ingot::serve {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Stream&& stream, const Door& door, Hall& hall)
      : stream_(std::move(stream)), door_(door), hall_(hall), is_stranger_(!door.is_local()) {
    ++hall_.connections;
    hall_.strangers += is_stranger_ ? 1U : 0U;
  }
  ~Connection() {
    hall_.connections -= is_session_ ? 0U : 1U;
    become_known();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run() {
    if (!stream_.is_tls()) {
      read();
      return;
    }
    stream_.next_layer().expires_after(kHandshakeLimit);
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code error) {
      if (error) {
        self->hall_.drop("handshake");
        self->tell_of_tls(error);
      } else if (!self->hall_.is_closing) {
        self->read();
      }
    });
  }

 private:
  void read() {
    parser_.emplace();
    parser_->header_limit(kMostHead);
    parser_->body_limit(kMostMessage);
    stream_.next_layer().expires_after(kRequestLimit);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error && !self->hall_.is_closing) {
        self->take(self->parser_->release());
      }
    });
  }

  void become_known() {
    hall_.strangers -= is_stranger_ ? 1U : 0U;
    is_stranger_ = false;
  }

  // Whoever has asked without TLS is told so, in the only words that it understands.
  void tell_of_tls(error_code error) {
    if (!is_plain_http(error)) {
      return;
    }
    const auto body = refusal(400, "the server speaks TLS here", "https://" + door_.address).body;
    const auto text = std::make_shared<std::string>(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    asio::async_write(stream_.next_layer(), asio::buffer(*text),
                      [self = shared_from_this(), text](error_code, std::size_t) {});
  }

  void take(const HttpRequest& request) {
    const Target target = parse_target(to_view(request.target()));
    bool may_drive = door_.is_local();
    if (const auto refused = check(request, target, may_drive)) {
      hall_.drop("unauthorised");
      reply(request, *refused);
    } else if (websocket::is_upgrade(request) && target.path == "/live") {
      is_session_ = true;
      std::make_shared<Session>(std::move(stream_), hall_,
                                Driver::Rights{.drives = may_drive, .is_local = door_.is_local()})
          ->run(request);
    } else {
      if (target.path == "/metrics") {
        hall_.on_scrape();
      }
      reply(request, answer(to_view(request.method_string()), target, hall_.world, hall_.server,
                            hall_.metrics, hall_.command_list));
    }
  }

  // Browsers may have come by any address of this machine.
  bool is_own_page(std::string_view origin) {
    auto here = door_.own;
    here.hosts = {reached_at(stream_.next_layer().socket().native_handle())};
    return is_own_origin(origin, door_.own) || is_own_origin(origin, here);
  }

  [[nodiscard]] std::optional<Answer> check(const HttpRequest& request, const Target& target,
                                            bool& may_drive) {
    if (door_.is_local()) {
      return std::nullopt;
    }
    const Credentials given{.authorization = to_view(request[http::field::authorization]),
                            .protocols = to_view(request[http::field::sec_websocket_protocol]),
                            .query_token = query_of(target, "token"),
                            .origin = to_view(request[http::field::origin])};
    if (!is_own_page(given.origin)) {
      return refusal(403, "pages of other origins are not served",
                     "open " + door_.own.scheme + "://" + door_.address);
    }
    may_drive = has_token(given, door_.token);
    if (may_drive || has_token(given, door_.reading_token)) {
      become_known();
    } else if (!console_page(target.path)) {  // which has to be there to ask for the token
      return refusal(401, "the token is missing or wrong",
                     "Authorization: Bearer TOKEN, of the server's file");
    }
    return std::nullopt;
  }

  void reply(const HttpRequest& request, const Answer& answer) {
    auto response = std::make_shared<http::response<http::string_body>>(
        static_cast<http::status>(answer.status), request.version());
    response->set(http::field::content_type, answer.content_type);
    response->set(http::field::cache_control, "no-store");
    response->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : answer.headers) {
      response->set(name, value);
    }
    response->keep_alive(request.keep_alive());
    response->body() = request.method() == http::verb::head ? "" : answer.body;
    response->content_length(answer.body.size());
    stream_.next_layer().expires_after(kRequestLimit);
    http::async_write(stream_, *response,
                      [self = shared_from_this(), response](error_code error, std::size_t) {
                        if (!error && response->keep_alive() && !self->hall_.is_closing) {
                          self->read();
                        } else if (!error) {
                          self->end();
                        }
                      });
  }

  void end() {
    if (stream_.is_tls()) {
      stream_.next_layer().expires_after(kFarewell);
      stream_.async_shutdown([self = shared_from_this()](error_code) {});
    }
  }

  Stream stream_;
  const Door& door_;
  Hall& hall_;
  beast::flat_buffer buffer_{kMostHead + kMostMessage};
  std::optional<http::request_parser<http::string_body>> parser_;
  bool is_stranger_;
  bool is_session_ = false;
};

}  // namespace ingot::serve
