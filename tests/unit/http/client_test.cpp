// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"
#include "http/observer.hpp"
#include "test_server.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <cstring>
#include <latch>
#include <thread>

namespace ingot::http {

namespace {

TestServer::Handler answering(std::string text) {
  return [text = std::move(text)](const Received&, Peer& peer) { return peer.send(text); };
}

// What the server saw, as text, so that a test can look for lines in it.
TestServer::Handler echoing() {
  return [](const Received& request, Peer& peer) {
    return peer.send(to_answer("200 OK", request.head + "|" + request.body));
  };
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an answer has status, headers of any case and body", "[http]") {
  TestServer server(
      answering("HTTP/1.1 404 Not Found\r\nX-One: 1\r\nEmpty:\r\nContent-Length: 4\r\n\r\ngone"));
  Client client(server.endpoint());
  const Response response = client.send({.target = "/a?b=c"}, {});
  CHECK(response.status == 404);
  CHECK(response.header("x-ONE") == "1");
  CHECK(response.header("Empty").empty());
  CHECK(response.header("absent").empty());
  CHECK(response.body == "gone");
}

TEST_CASE("an interim answer is not the answer", "[http]") {
  TestServer server(answering("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + to_answer("200 OK", "yes")));
  Client client(server.endpoint());
  const Response response = client.send({.target = "/"}, {});
  CHECK(response.status == 200);
  CHECK(response.header("Link").empty());
  CHECK(response.body == "yes");
}

TEST_CASE("requests one after the other share a connection", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  for (const char* method : {"GET", "POST", "DELETE", "PUT", "GET"}) {
    CHECK(client.send({.method = method, .target = "/"}, {}).status == 200);
  }
  CHECK(client.send({.method = "HEAD", .target = "/"}, {}).body.empty());
  CHECK(server.requests() == 6);
  CHECK(server.connections() == 1);
}

TEST_CASE("requests at the same time have a connection each, which later requests use again", "[http]") {
  std::latch both(2);
  TestServer server([&](const Received& request, Peer& peer) {
    if (request.target == "/together") {
      both.arrive_and_wait();
    }
    return peer.send(to_answer("200 OK", ""));
  });
  Client client(server.endpoint());
  {
    const auto ask = [&] { static_cast<void>(client.send({.target = "/together"}, {})); };
    const std::jthread one(ask);
    const std::jthread two(ask);
  }
  for (int i = 0; i < 4; ++i) {
    static_cast<void>(client.send({.target = "/alone"}, {}));
  }
  CHECK(server.requests() == 6);
  CHECK(server.connections() == 2);
}

TEST_CASE("the target goes out as it is", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  const std::string seen = client.send({.target = "/a/../b%2Fc?x=%7B%7D"}, {}).body;
  CHECK(has(seen, "GET /a/../b%2Fc?x=%7B%7D HTTP/1.1\r\n"));
  CHECK(has(seen, "Host: localhost\r\n"));
}

TEST_CASE("a body goes out whole, whatever the method", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  const std::string method = GENERATE("POST", "PUT", "PATCH", "DELETE", "GET");
  const std::string body(3U << 20U, 'b');
  const Response response =
      client.send({.method = method, .target = "/", .headers = {{"Content-Type", "a/b"}}, .body = body}, {});
  CHECK(has(response.body, method + " / HTTP/1.1"));
  CHECK(has(response.body, "Content-Type: a/b\r\n"));
  CHECK_FALSE(has(response.body, "Expect"));
  CHECK(response.body.ends_with("|" + body));
}

TEST_CASE("a borrowed body may hold any byte", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  const std::string body("a\0b\r\n\0", 6);
  const Response response = client.send({.method = "PUT", .target = "/", .borrowed_body = body}, {});
  CHECK(has(response.body, "Content-Length: 6\r\n"));
  CHECK(response.body.ends_with("|" + body));
}

TEST_CASE("a post without a body says so, and names no type", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  const std::string seen = client.send({.method = "POST", .target = "/"}, {}).body;
  CHECK(has(seen, "Content-Length: 0\r\n"));
  CHECK_FALSE(has(seen, "Content-Type"));
}

TEST_CASE("a body from a source is sent in chunks, or in one piece when its size is known", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  int left = 3;
  Request request{.method = "POST", .target = "/"};
  request.body_source = [&](char* into, std::size_t) -> std::size_t {
    if (left-- == 0) {
      return 0;
    }
    std::memcpy(into, "abc", 3);
    return 3;
  };
  SECTION("chunks") {
    const std::string seen = client.send(request, {}).body;
    CHECK(has(seen, "Transfer-Encoding: chunked\r\n"));
    CHECK(has(seen, "3\r\nabc\r\n3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n"));
  }
  SECTION("size") {
    request.body_size = 9;
    const std::string seen = client.send(request, {}).body;
    CHECK(has(seen, "Content-Length: 9\r\n"));
    CHECK(seen.ends_with("|abcabcabc"));
  }
}

TEST_CASE("what a body source throws comes out of the call", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  Request request{.method = "POST", .target = "/"};
  request.body_source = [](char*, std::size_t) -> std::size_t {
    throw base::Error(base::ErrorCode::environment, "the file is gone");
  };
  CHECK_THROWS_WITH(client.send(request, {}), "the file is gone");
  request.body_source = nullptr;
  CHECK(client.send(request, {}).status == 200);
}

TEST_CASE("a chunked answer is put together", "[http]") {
  TestServer server(answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"));
  Client client(server.endpoint());
  CHECK(client.send({.target = "/"}, {}).body == "abcdefg");
  CHECK(client.send({.target = "/"}, {}).body == "abcdefg");
  CHECK(server.connections() == 1);
}

TEST_CASE("an answer without a length ends with its connection", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\nto the end");
    return false;
  });
  Client client(server.endpoint());
  CHECK(client.send({.target = "/"}, {}).body == "to the end");
}

TEST_CASE("a streamed answer arrives in order", "[http]") {
  const std::string body(5U << 20U, 's');
  TestServer server(answering(to_answer("200 OK", body)));
  Client client(server.endpoint());
  std::string seen;
  const auto response = client.stream({.target = "/"},
                                      [&](std::string_view piece) {
                                        seen += piece;
                                        return true;
                                      },
                                      {});
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(seen == body);
}

TEST_CASE("the body of a refusal is collected, not streamed", "[http]") {
  TestServer server(answering(to_answer("500 Oops", "why")));
  Client client(server.endpoint());
  const auto response = client.stream(
      {.target = "/"},
      [](std::string_view) -> bool { throw base::Error(base::ErrorCode::internal, "called"); }, {});
  CHECK(response.status == 500);
  CHECK(response.body == "why");
}

TEST_CASE("a sink that has enough ends the transfer without an error", "[http]") {
  TestServer server([](const Received&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send("more and more\n")) {
    }
    return false;
  });
  Client client(server.endpoint());
  CHECK(client.stream({.target = "/"}, [](std::string_view) { return false; }, {}).status == 200);
}

TEST_CASE("what a sink throws comes out of the call, and the client still works", "[http]") {
  TestServer server(answering(to_answer("200 OK", "x")));
  Client client(server.endpoint());
  CHECK_THROWS_AS(
      client.stream({.target = "/"}, [](std::string_view) -> bool { throw base::Cancelled(); }, {}),
      base::Cancelled);
  CHECK(client.send({.target = "/"}, {}).body == "x");
}

TEST_CASE("proxies of the environment are ignored", "[http]") {
  TestServer server(answering(to_answer("200 OK", "direct")), std::nullopt, true);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  Client client(server.endpoint());
  CHECK_NOTHROW(client.send({.target = "/"}, {}));
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
}

TEST_CASE("whoever observes is told of every request, however it ends", "[http]") {
  TestServer server(echoing());
  Client client(server.endpoint());
  std::vector<std::string> told;
  {
    const Observation observation([&](const Observed& seen) {
      told.push_back(std::string(seen.method) + " " + std::string(seen.target) + " " +
                     std::to_string(seen.status) + " " + std::string(seen.request_body));
      CHECK((seen.status != 0 || !seen.error.empty()));
      CHECK((seen.status == 0 || has(std::string(seen.answer_body), "POST /a")));
    });
    CHECK(client.send({.method = "POST", .target = "/a", .body = "words"}, {}).status == 200);
    std::stop_source stopped;
    stopped.request_stop();
    CHECK_THROWS_AS(client.send({.target = "/b"}, stopped.get_token()), base::Cancelled);
  }
  CHECK(client.send({.target = "/c"}, {}).status == 200);
  CHECK(told == std::vector<std::string>{"POST /a 200 words", "GET /b 0 "});
}

}  // namespace ingot::http
