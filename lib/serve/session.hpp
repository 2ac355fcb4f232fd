// SPDX-License-Identifier: Apache-2.0
// A WebSocket: says hello, and is told of changes; then it may run commands.
#pragma once

#include "base/error.hpp"
#include "live/people.hpp"
#include "live/subscriber.hpp"
#include "serve/driver.hpp"
#include "serve/hall.hpp"
#include "serve/stream.hpp"

#include <boost/asio/buffer.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ingot::serve {

class Session : public std::enable_shared_from_this<Session>, private Onlooker {
 public:
  Session(Stream&& stream, Hall& hall, Driver::Rights rights)
      : socket_(std::move(stream)), hall_(hall), rights_(rights) {}
  ~Session() override {
    hall_.sessions.erase(this);
    --hall_.connections;
    hall_.metrics.subscribers -= subscriber_ ? 1U : 0U;
    if (!viewer_.empty()) {
      hall_.world.remove(live::Kind::viewer, viewer_, std::chrono::system_clock::now());
    }
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run(const HttpRequest& request) {
    hall_.sessions.insert(this);
    beast::get_lowest_layer(socket_).expires_never();
    socket_.set_option(websocket::stream_base::timeout{kRequestLimit, kSilenceLimit, true});
    socket_.read_message_max(kMostMessage);
    const bool is_named =
        to_view(request[http::field::sec_websocket_protocol]).find("ingot.v1") != std::string_view::npos;
    socket_.set_option(websocket::stream_base::decorator([is_named](websocket::response_type& response) {
      if (is_named) {
        response.set(http::field::sec_websocket_protocol, "ingot.v1");
      }
    }));
    socket_.async_accept(request, [self = shared_from_this()](error_code error) {
      if (!error) {
        self->read();
        self->pump();
      }
    });
  }

  // Sends what there is to say, one message after the other, each when the client has taken the one before.
  void pump() {
    if (is_writing_ || is_closed_ || !socket_.is_open()) {
      return;
    }
    if (auto message = next_message()) {
      is_writing_ = true;
      socket_.text(true);
      const auto bytes = asio::buffer(*message->text);
      socket_.async_write(bytes, [self = shared_from_this(), sent = *std::move(message)](
                                     error_code error, std::size_t) { self->on_written(error, sent); });
    } else if (is_over_) {
      is_closed_ = true;
      socket_.async_close(close_code_, [self = shared_from_this()](error_code) {});
    }
  }

  // After all that there is to say.
  void say_goodbye(const std::string& reason) {
    goodbye_ = to_shared(live::bye_message(reason));
    pump();
  }

  void cut_off() {
    is_closed_ = true;
    beast::get_lowest_layer(socket_).close();
  }

 private:
  std::optional<live::Outgoing> next_message() {
    if (!own_.empty()) {
      live::Outgoing message{.text = own_.front(), .caused = std::nullopt};
      own_.pop_front();
      return message;
    }
    if (auto said = driver_ && !is_over_ ? driver_->next() : nullptr) {
      return live::Outgoing{.text = std::move(said), .caused = std::nullopt};
    }
    auto message = subscriber_ && !is_over_ ? subscriber_->next() : std::nullopt;
    if (!message && goodbye_ && !is_over_) {
      message = live::Outgoing{.text = std::exchange(goodbye_, nullptr), .caused = std::nullopt};
      is_over_ = true;
      close_code_ = websocket::close_code::going_away;
    }
    if (message && message->is_last) {
      hall_.drop("slow");
      is_over_ = true;
      close_code_ = websocket::close_code::try_again_later;
    }
    return message;
  }

  void on_written(error_code error, const live::Outgoing& sent) {
    is_writing_ = false;
    if (error) {
      if (error == beast::error::timeout) {
        hall_.drop("stalled");
      }
      is_closed_ = true;
      return;
    }
    ++hall_.metrics.messages;
    if (sent.caused) {
      hall_.metrics.add_delay(std::chrono::system_clock::now() - *sent.caused);
    }
    pump();
  }

  void read() {
    socket_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) {
        self->take();
      } else if (error == websocket::error::message_too_big) {
        self->hall_.drop("refused");
      } else if (error == beast::error::timeout) {
        self->hall_.drop("stalled");
      }
    });
  }

  void take() {
    const std::string text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    try {
      const auto request = live::read_request(text);
      if (driver_) {
        driver_->handle(request);
      } else if (const auto* hello = std::get_if<live::Hello>(&request)) {
        greet(*hello);
      } else {
        throw base::Error(base::ErrorCode::invalid_input, "hello is to be said first", "this was no hello");
      }
    } catch (const base::Error& error) {
      refuse(error.failure().message + ": " + error.failure().cause, "GET /asyncapi.json describes them all");
    }
    if (own_.size() > kMostUnread) {  // it would not read why, either
      hall_.drop("flooded");
      cut_off();
    } else if (!is_over_) {
      read();
    }
  }

  void greet(const live::Hello& hello) {
    rights_.drives = rights_.drives && !hello.only_reads;
    const bool takes_commands = rights_.drives && hall_.commands.can_run();
    if (hello.watches && !hello.is_beside) {
      viewer_ = std::to_string(++hall_.viewers);
    }
    subscriber_.emplace(hall_.world, hello, hall_.server, takes_commands, viewer_);
    ++hall_.metrics.subscribers;
    const auto say = [weak = weak_from_this()](std::string message) {
      if (const auto self = weak.lock()) {
        self->own_.push_back(to_shared(std::move(message)));
        self->pump();
      }
    };
    Onlooker& onlooker = *this;
    driver_.emplace(hall_.commands, onlooker, hello, rights_, say);
    if (!viewer_.empty()) {
      introduce(hello);
    }
    pump();
  }

  void introduce(const live::Hello& hello) {
    const auto now = std::chrono::system_clock::now();
    hall_.world.set(live::to_object(live::ViewerFacts{.id = viewer_,
                                                      .name = hello.name,
                                                      .channel = hello.channel,
                                                      .drives = rights_.drives,
                                                      .since = now}),
                    now);
  }

  void on_piece() override { pump(); }
  void on_start(const std::shared_ptr<Command>& command) override {
    if (driver_) {  // it is told of its own making, too
      driver_->on_start(command);
    }
  }

  void refuse(const std::string& message, const std::string& remedy) {
    hall_.drop("refused");
    own_.push_back(to_shared(live::error_message(message, remedy)));
    end(live::bye_message(message), websocket::close_code::policy_error);
  }

  void end(std::string bye, websocket::close_code code) {
    if (!is_over_) {
      own_.push_back(to_shared(std::move(bye)));
      is_over_ = true;
      close_code_ = code;
      pump();
    }
  }

  websocket::stream<Stream> socket_;
  Hall& hall_;
  Driver::Rights rights_;
  beast::flat_buffer buffer_{kMostMessage + 1024};
  std::optional<live::Subscriber> subscriber_;
  std::optional<Driver> driver_;  // as soon as hello was said
  std::string viewer_;            // id of the object that tells of it; empty: none
  Text goodbye_;                  // the last thing to say; null: not yet
  std::deque<Text> own_;          // what is said beside the subscriber's messages
  websocket::close_code close_code_ = websocket::close_code::normal;
  bool is_writing_ = false;
  bool is_over_ = false;    // nothing but `own_` is said any more
  bool is_closed_ = false;  // nothing at all
};

}  // namespace ingot::serve
