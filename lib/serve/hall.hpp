// SPDX-License-Identifier: Apache-2.0
// What all connections of a server share. With session.hpp and connection.hpp it is a part of server.cpp, the
// only file that serves by Boost.Beast: its headers are others' to leave alone. Everything runs on the thread
// of Server::run(); a connection lives as long as one of its handlers is due.
#pragma once

#include "live/messages.hpp"
#include "live/world.hpp"
#include "serve/access.hpp"
#include "serve/commands.hpp"
#include "serve/metrics.hpp"
#include "serve/shown_certificate.hpp"
#include "serve/stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace ingot::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;
using std::chrono::seconds;

using HttpRequest = http::request<http::string_body>;
using Text = std::shared_ptr<const std::string>;

inline constexpr std::size_t kMostConnections = 4096;    // where the system allows as many
inline constexpr std::uint32_t kMostHead = 8192;         // bytes of a request's head
inline constexpr std::uint64_t kMostMessage = 64 << 10;  // bytes of anything else that a client sends
inline constexpr std::size_t kMostUnread = 256;          // answers that wait for their client
inline constexpr seconds kHandshakeLimit{10};            // of TLS
inline constexpr seconds kRequestLimit{15};
inline constexpr seconds kSilenceLimit{60};  // of a client that answers no ping
inline constexpr seconds kFarewell{2};
inline constexpr seconds kBetweenScrapes{
    150};  // of /metrics, at most: Prometheus' usual minute, twice missed
inline constexpr seconds kLastCommands{
    60};  // that are asked to end, as long as they may take back what they did

inline std::string_view to_view(beast::string_view text) {
  return {text.data(), text.size()};
}

inline Text to_shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class Session;

// What all connections share.
struct Hall {
  live::World& world;
  const live::ServerInfo server;
  const CommandOptions command_options;
  const std::string command_list;
  Metrics metrics{};
  std::set<Session*> sessions{};
  std::size_t connections = 0;
  std::size_t strangers = 0;  // of these, those of TCP that have not shown a token yet
  std::uint64_t viewers = 0;  // that have come
  const std::size_t most_connections;
  const std::size_t most_strangers = most_connections / 4;  // the rest is for those who may come in
  bool is_closing = false;
  Commands commands{io, world, command_options};  // to be cleared while there is still the next
  asio::io_context io{1};                         // goes first, and with it all connections
  live::World::Wish usage_for_metrics{};
  asio::steady_timer last_scrape{io};

  void drop(const std::string& reason) { ++metrics.dropped[reason]; }

  // Who reads /metrics reads it again and again: what nodes use is measured meanwhile.
  void on_scrape() {
    if (!usage_for_metrics) {
      usage_for_metrics = world.wish({.kinds = {live::Kind::usage}, .clusters = {}, .labels = {}});
    }
    last_scrape.expires_after(kBetweenScrapes);
    last_scrape.async_wait([this](error_code error) {
      if (!error) {
        usage_for_metrics = nullptr;
      }
    });
  }
};

// Which way a client came in.
struct Door {
  std::string address;              // of TCP; empty: the Unix socket
  std::string token;                // that it takes to come in; empty: none
  std::string reading_token;        // the same for who only reads
  ShownCertificate* tls = nullptr;  // null: plain HTTP
  OwnOrigins own;                   // of TCP
  [[nodiscard]] bool is_local() const { return address.empty(); }
};

}  // namespace ingot::serve
