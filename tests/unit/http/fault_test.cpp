// SPDX-License-Identifier: Apache-2.0
// Servers that fail, lie, stall, or are not there.
#include "http/client.hpp"
#include "test_server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <optional>

using namespace std::chrono_literals;

namespace ingot::http {

namespace {

using base::ErrorCode;

TestServer::Handler closing_after(std::string text) {
  return [text = std::move(text)](const Received&, Peer& peer) {
    peer.send(text);
    return false;
  };
}

// Reads the next byte of a client that has nothing to say: returns when it goes.
void wait_for_end(Peer& peer) {
  while (!peer.receive().empty()) {
  }
}

template <typename Call>
std::optional<Fault> fault_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const TransportError& error) {
    CHECK(error.code() == ErrorCode::engine_unreachable);
    CHECK_FALSE(error.failure().cause.empty());
    return error.fault();
  }
  return std::nullopt;
}

template <typename Call>
std::optional<ErrorCode> code_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const base::Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a stalled request is cancelled at once", "[http]") {
  std::stop_source source;
  TestServer server([&](const Received&, Peer& peer) {
    source.request_stop();
    wait_for_end(peer);
    return false;
  });
  Client client(server.endpoint());
  const auto start = base::Clock::now();
  CHECK_THROWS_AS(client.send({.target = "/", .idle_limit = 0ms}, source.get_token()), base::Cancelled);
  CHECK(base::Clock::now() - start < 10s);
}

TEST_CASE("a stream that stalls in its body is cancelled at once", "[http]") {
  std::stop_source source;
  TestServer server([&](const Received&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    wait_for_end(peer);
    return false;
  });
  Client client(server.endpoint());
  const auto stopping = [&](std::string_view) {
    source.request_stop();
    return true;
  };
  CHECK_THROWS_AS(client.stream({.target = "/", .idle_limit = 0ms}, stopping, source.get_token()),
                  base::Cancelled);
}

TEST_CASE("a request whose stop was asked for before it began is not sent", "[http]") {
  TestServer server(closing_after(to_answer("200 OK", "")));
  std::stop_source source;
  source.request_stop();
  Client client(server.endpoint());
  CHECK_THROWS_AS(client.send({.target = "/"}, source.get_token()), base::Cancelled);
  CHECK(server.requests() == 0);
}

TEST_CASE("the client works on after a cancelled request", "[http]") {
  std::stop_source source;
  TestServer server([&](const Received& request, Peer& peer) {
    if (request.target == "/stall") {
      source.request_stop();
      wait_for_end(peer);
      return false;
    }
    return peer.send(to_answer("200 OK", "fine"));
  });
  Client client(server.endpoint());
  CHECK_THROWS_AS(client.send({.target = "/stall"}, source.get_token()), base::Cancelled);
  CHECK(client.send({.target = "/"}, {}).body == "fine");
}

TEST_CASE("silence past the idle limit is a timeout", "[http]") {
  const std::string first =
      GENERATE("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  TestServer server([&](const Received&, Peer& peer) {
    peer.send(first);
    wait_for_end(peer);
    return false;
  });
  Client client(server.endpoint());
  CHECK(code_of([&] { return client.send({.target = "/", .idle_limit = 50ms}, {}); }) ==
        ErrorCode::timed_out);
}

TEST_CASE("a truncated answer is a broken connection", "[http]") {
  const std::string text = GENERATE("", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
  TestServer server(closing_after(text));
  Client client(server.endpoint());
  CHECK(fault_of([&] { return client.send({.target = "/"}, {}); }) == Fault::closed);
}

TEST_CASE("a body that is too large is not collected", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    const std::string piece(1U << 20U, 'x');
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(piece)) {
    }
    return false;
  });
  Client client(server.endpoint());
  CHECK(code_of([&] { return client.send({.target = "/"}, {}); }) == ErrorCode::untrusted);
}

TEST_CASE("heads without an end are given up", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-Another: " + std::string(1000, 'x') + "\r\n")) {
    }
    return false;
  });
  Client client(server.endpoint());
  CHECK(code_of([&] { return client.send({.target = "/"}, {}); }) == ErrorCode::untrusted);
}

TEST_CASE("bytes that are not HTTP are not trusted", "[http]") {
  const std::string text =
      GENERATE("SSH-2.0-OpenSSH_9.2\r\n\r\n", "{\"a\":1}\r\n\r\n", "HTTP/1.1 banana\r\n\r\n");
  TestServer server(closing_after(text));
  Client client(server.endpoint());
  CHECK(code_of([&] { return client.send({.target = "/"}, {}); }) == ErrorCode::untrusted);
}

TEST_CASE("a socket that does not exist is told apart from one where nobody listens", "[http]") {
  TestServer server(closing_after(""));
  Endpoint endpoint = server.endpoint();
  SECTION("no socket") {
    endpoint.unix_socket += "-not";
    Client client(endpoint);
    CHECK(fault_of([&] { return client.send({.target = "/"}, {}); }) == Fault::no_socket);
    Response refusal;
    CHECK(fault_of([&] { return client.hijack({.target = "/"}, refusal, {}); }) == Fault::no_socket);
  }
  SECTION("nobody listens") {
    endpoint.unix_socket += "-idle";
    const base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    endpoint.unix_socket.copy(address.sun_path, sizeof(address.sun_path) - 1);
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    Client client(endpoint);
    CHECK(fault_of([&] { return client.send({.target = "/"}, {}); }) == Fault::refused);
  }
}

TEST_CASE("a port where nobody listens is a refusal", "[http]") {
  std::string url;
  {
    const TestServer gone(closing_after(""), std::nullopt, true);
    url = gone.endpoint().base_url;
  }
  Client client({.base_url = url});
  CHECK(fault_of([&] { return client.send({.target = "/"}, {}); }) == Fault::refused);
}

TEST_CASE("a host whose name does not resolve is told apart", "[http]") {
  Client client({.base_url = "http://no-such-host.invalid:2375"});
  CHECK(fault_of([&] { return client.send({.target = "/"}, {}); }) == Fault::unknown_host);
}

TEST_CASE("a kept connection that the server closed in between costs nothing", "[http]") {
  TestServer server(closing_after(to_answer("200 OK", "")));
  Client client(server.endpoint());
  const std::string method = GENERATE("GET", "POST");
  for (int i = 0; i < 3; ++i) {
    CHECK(client.send({.method = method, .target = "/"}, {}).status == 200);
    server.wait_until_closed();
  }
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 3);
}

TEST_CASE("a kept connection that ends while a request is on its way", "[http]") {
  std::atomic<int> seen = 0;
  TestServer server([&](const Received&, Peer& peer) {
    if (++seen == 2) {
      return false;  // took the request, and may have acted on it
    }
    return peer.send(to_answer("200 OK", ""));
  });
  Client client(server.endpoint());
  static_cast<void>(client.send({.target = "/first"}, {}));
  SECTION("is asked again where that does no harm") {
    const std::string method = GENERATE("GET", "DELETE", "PUT");
    seen = 1;
    CHECK(client.send({.method = method, .target = "/"}, {}).status == 200);
    CHECK(server.requests() == 3);
  }
  SECTION("is an error where asking again could act twice") {
    const std::string body = GENERATE("", "{}");
    seen = 1;
    CHECK(fault_of([&] { return client.send({.method = "POST", .target = "/", .body = body}, {}); }) ==
          Fault::closed);
    CHECK(server.requests() == 2);
  }
}

}  // namespace ingot::http
