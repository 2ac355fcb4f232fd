// SPDX-License-Identifier: Apache-2.0
#include "serve/follow.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "live/messages.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <utility>

namespace ingot::serve {

namespace {

// Of one connection after the other.
class Following {
 public:
  Following(const ServerPlace& place, live::Hello hello, const Follower& follower,
            const std::stop_token& stop)
      : place_(place), hello_(std::move(hello)), follower_(follower), stop_(stop) {}

  bool run() {
    auto client = Client::connect(place_, hello_, stop_);
    if (client == nullptr) {
      return false;
    }
    while (!has_enough(*client)) {
      if (is_other_) {
        return false;
      }
      if (!follower_.on_lost || !is_welcome_ || is_refused_) {
        tell_end();
      }
      client.reset();
      lose();
      client = connect_again();
    }
    return true;
  }

 private:
  // Reads one connection to its end; true: no more is wanted.
  bool has_enough(Client& client) {
    while (const auto text = client.receive(stop_)) {
      const auto message = live::read_server_message(*text);
      if (message.welcome && !is_right(message.server)) {
        is_other_ = true;
        return false;
      }
      bookmark_.take(message);
      if (message.type == "bye" || message.type == "error") {
        reason_ = message.reason;
        is_refused_ = is_refused_ || message.type == "error";
      }
      if (message.welcome && take_welcome(message)) {
        continue;
      }
      if (!follower_.take(*text)) {
        return true;
      }
    }
    if (reason_.empty()) {
      reason_ = client.ending().empty() ? "the connection has ended" : client.ending();
    }
    return false;
  }

  [[nodiscard]] bool is_right(const live::ServerInfo& server) const {
    if (!follower_.is_meant || follower_.is_meant(server)) {
      return true;
    }
    if (is_welcome_) {
      throw base::Error({.code = base::ErrorCode::environment,
                         .message = "the server at " + name_of(place_) + " looks at another engine now",
                         .cause = server.engine,
                         .remedy = "ingot watch --no-server"});
    }
    return false;
  }

  // Whether it is one that the follower need not hear.
  bool take_welcome(const live::Received& message) {
    wait_ = kFirstWait;
    const bool is_first = !std::exchange(is_welcome_, true);
    if (!is_first && follower_.on_back) {
      follower_.on_back(message.is_resumed);
    }
    return !is_first && message.is_resumed;
  }

  void lose() {
    hello_.resume = bookmark_.position();
    told_ = std::exchange(reason_, {});
    follower_.on_lost(told_);
  }

  std::unique_ptr<Client> connect_again() {
    for (;;) {
      wait();
      std::string reason = "no server listens there";
      try {
        if (auto client = Client::connect(place_, hello_, stop_)) {
          return client;
        }
      } catch (const Refused&) {
        throw;
      } catch (const base::Error& error) {
        reason = error.failure().cause.empty() ? error.failure().message : error.failure().cause;
      }
      if (reason != told_) {
        told_ = std::move(reason);
        follower_.on_lost(told_);
      }
    }
  }

  void wait() {
    std::uniform_int_distribution<std::chrono::milliseconds::rep> between(wait_.count() / 2, wait_.count());
    base::sleep_for(std::chrono::milliseconds(between(random_)), stop_);
    wait_ = std::min(wait_ * 2, kLongestWait);
  }

  [[noreturn]] void tell_end() const {
    const auto& position = bookmark_.position();
    throw base::Error(
        {.code = base::ErrorCode::environment,
         .message = "the server has ended the connection",
         .cause = reason_,
         .remedy = position ? "ingot watch --since " + live::to_text(*position) : "ingot watch"});
  }

  const ServerPlace& place_;
  live::Hello hello_;
  const Follower& follower_;
  const std::stop_token stop_;
  live::Bookmark bookmark_;
  std::string reason_;       // of the connection that ends
  std::string told_;         // the last reason that the follower was told
  bool is_welcome_ = false;  // once
  bool is_refused_ = false;
  bool is_other_ = false;
  std::chrono::milliseconds wait_ = kFirstWait;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

bool follow(const ServerPlace& place, live::Hello hello, const Follower& follower,
            const std::stop_token& stop) {
  return Following(place, std::move(hello), follower, stop).run();
}

}  // namespace ingot::serve
