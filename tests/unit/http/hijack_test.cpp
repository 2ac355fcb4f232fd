// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"
#include "test_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <latch>
#include <thread>

using namespace std::chrono_literals;

namespace ingot::http {

namespace {

constexpr std::string_view kSwitching =
    "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
    "Upgrade: tcp\r\n\r\n";

// Hands over, says `first` in the same piece, then sends back what comes until the client ends its half.
TestServer::Handler echoing_after(std::string first) {
  return [first = std::move(first)](const Received&, Peer& peer) {
    peer.send(std::string(kSwitching) + first);
    for (std::string piece = peer.receive(); !piece.empty(); piece = peer.receive()) {
      peer.send(piece);
    }
    peer.send("end");
    return false;
  };
}

std::string read_all(Hijacked& connection) {
  std::string all;
  for (std::string piece = connection.read({}); !piece.empty(); piece = connection.read({})) {
    all += piece;
  }
  return all;
}

}  // namespace

TEST_CASE("a connection is taken over, with the bytes that came glued to the head", "[http]") {
  TestServer server(echoing_after("glued,"));
  Client client(server.endpoint());
  Response refusal;
  const auto connection =
      client.hijack({.method = "POST", .target = "/exec/1/start", .body = "{}"}, refusal, {});
  REQUIRE(connection != nullptr);
  connection->write("one,", {});
  connection->write("two,", {});
  connection->close_write();
  CHECK(read_all(*connection) == "glued,one,two,end");
}

TEST_CASE("the request of a hijack asks for an upgrade and carries its body", "[http]") {
  std::string seen;
  TestServer server([&](const Received& request, Peer& peer) {
    seen = request.head + "|" + request.body;
    peer.send(kSwitching);
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  const auto connection = client.hijack(
      {.method = "POST", .target = "/x", .headers = {{"Content-Type", "application/json"}}, .body = "{}"},
      refusal, {});
  REQUIRE(connection != nullptr);
  CHECK(connection->read({}).empty());
  CHECK(seen ==
        "POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n"
        "Content-Type: application/json\r\n|{}");
}

TEST_CASE("a 200 without an end of its own is a connection taken over, too", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nold engine");
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  CHECK(read_all(*connection) == "old engine");
}

TEST_CASE("a refusal to hand over comes back with its body", "[http]") {
  const std::string text = GENERATE(
      std::string("HTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\nbusy"),
      std::string("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\nbusy"),
      std::string(
          "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbu\r\n2\r\nsy\r\n0\r\n\r\n"));
  TestServer server([&](const Received&, Peer& peer) { return peer.send(text); });
  Client client(server.endpoint());
  Response refusal;
  CHECK(client.hijack({.method = "POST", .target = "/"}, refusal, {}) == nullptr);
  CHECK(refusal.status == 409);
  CHECK(refusal.body == "busy");
}

TEST_CASE("much goes both ways at once on a connection taken over", "[http]") {
  TestServer server(echoing_after(""));
  auto client = std::make_unique<Client>(server.endpoint());
  Response refusal;
  const auto connection = client->hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  client.reset();  // the connection lives on
  constexpr std::size_t kPieces = 64;
  const std::string piece(256U << 10U, 'p');
  const std::jthread writer([&] {
    for (std::size_t i = 0; i < kPieces; ++i) {
      connection->write(piece, {});
    }
    connection->close_write();
  });
  CHECK(read_all(*connection).size() == kPieces * piece.size() + 3);
}

TEST_CASE("reading from a silent connection is cancelled at once", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send(kSwitching);
    while (!peer.receive().empty()) {
    }
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  std::stop_source source;
  const std::jthread stopper([&] { source.request_stop(); });
  CHECK_THROWS_AS(connection->read(source.get_token()), base::Cancelled);
}

TEST_CASE("writing to a connection that nobody reads is cancelled at once", "[http]") {
  std::latch done(1);
  TestServer server([&](const Received&, Peer& peer) {
    peer.send(kSwitching);
    done.wait();  // and reads nothing
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  std::stop_source source;
  std::atomic<bool> is_writing = false;
  std::jthread stopper([&] {
    is_writing.wait(false);
    source.request_stop();
  });
  const std::string much(64U << 20U, 'm');
  is_writing = true;
  is_writing.notify_all();
  CHECK_THROWS_AS(connection->write(much, source.get_token()), base::Cancelled);
  done.count_down();
}

TEST_CASE("a server that never answers a hijack is a timeout", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    while (!peer.receive().empty()) {
    }
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  try {
    static_cast<void>(client.hijack({.method = "POST", .target = "/", .idle_limit = 50ms}, refusal, {}));
    FAIL("did not time out");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::timed_out);
  }
}

TEST_CASE("a server that closes instead of answering a hijack is a broken connection", "[http]") {
  TestServer server([](const Received&, Peer&) { return false; });
  Client client(server.endpoint());
  Response refusal;
  try {
    static_cast<void>(client.hijack({.method = "POST", .target = "/"}, refusal, {}));
    FAIL("did not fail");
  } catch (const TransportError& error) {
    CHECK(error.fault() == Fault::closed);
  }
}

TEST_CASE("writing to a connection whose other side is gone is an error", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send(kSwitching);
    return false;
  });
  Client client(server.endpoint());
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  CHECK(connection->read({}).empty());
  const std::string much(1U << 20U, 'm');
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 64; ++i) {
          connection->write(much, {});
        }
      }(),
      TransportError);
}

}  // namespace ingot::http
