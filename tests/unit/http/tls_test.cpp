// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"
#include "test_certificates.hpp"
#include "test_server.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <thread>

namespace ingot::http {

namespace {

// One authority for both sides; the server is known as 127.0.0.1 and wants a client certificate.
struct Setup {
  Identity authority = make_authority("authority");
  Identity server = make_identity(authority, "server", "IP:127.0.0.1");
  Identity client = make_identity(authority, "client", "DNS:client");

  [[nodiscard]] ServerTls for_server() const {
    return {.certificate = server.certificate, .key = server.key, .client_ca = authority.certificate};
  }
  [[nodiscard]] Tls for_client() const {
    return {.ca = authority.certificate, .certificate = client.certificate, .key = client.key};
  }
};

Endpoint with(const TestServer& server, Tls tls) {
  Endpoint endpoint = server.endpoint();
  endpoint.tls = std::move(tls);
  return endpoint;
}

bool answer_fine(const Received&, Peer& peer) {
  return peer.send(to_answer("200 OK", "fine"));
}

std::optional<Fault> fault_of(Client& client) {
  try {
    static_cast<void>(client.send({.target = "/"}, {}));
  } catch (const TransportError& error) {
    return error.fault();
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("both sides prove who they are, from certificates in memory", "[http][tls]") {
  const Setup setup;
  TestServer server(&answer_fine, setup.for_server());
  Client client(with(server, setup.for_client()));
  CHECK(client.send({.target = "/"}, {}).body == "fine");
  CHECK(client.send({.target = "/"}, {}).body == "fine");
  CHECK(server.connections() == 1);
}

TEST_CASE("a server of another authority is not trusted", "[http][tls]") {
  const Setup setup;
  TestServer server(&answer_fine, setup.for_server());
  Tls tls = setup.for_client();
  tls.ca = make_authority("another").certificate;
  Client client(with(server, tls));
  CHECK(fault_of(client) == Fault::tls);
  CHECK(server.requests() == 0);
}

TEST_CASE("a server is trusted unseen only when asked for", "[http][tls]") {
  const Setup setup;
  TestServer server(&answer_fine, setup.for_server());
  Tls tls = setup.for_client();
  tls.ca.clear();
  SECTION("the system's store does not know it") {
    Client client(with(server, tls));
    CHECK(fault_of(client) == Fault::tls);
  }
  SECTION("unseen") {
    tls.verify = false;
    Client client(with(server, tls));
    CHECK(client.send({.target = "/"}, {}).body == "fine");
  }
}

TEST_CASE("a client without a certificate is told so", "[http][tls]") {
  const Setup setup;
  TestServer server(&answer_fine, setup.for_server());
  Client client(with(server, {.ca = setup.authority.certificate}));
  CHECK(fault_of(client) == Fault::tls);
  CHECK(server.requests() == 0);
}

TEST_CASE("a server may be known by another name than its address", "[http][tls]") {
  Setup setup;
  setup.server = make_identity(setup.authority, "server", "DNS:kubernetes.default.svc");
  std::string seen;
  TestServer server(
      [&](const Received& request, Peer& peer) {
        seen = request.head;
        return answer_fine(request, peer);
      },
      setup.for_server());
  Tls tls = setup.for_client();
  SECTION("without the name it is not trusted") {
    Client client(with(server, tls));
    CHECK(fault_of(client) == Fault::tls);
  }
  SECTION("with a wrong name neither") {
    tls.server_name = "kubernetes";
    Client client(with(server, tls));
    CHECK(fault_of(client) == Fault::tls);
  }
  SECTION("with the name it is") {
    tls.server_name = "kubernetes.default.svc";
    Client client(with(server, tls));
    CHECK(client.send({.target = "/"}, {}).body == "fine");
    CHECK(seen.find("Host: kubernetes.default.svc:") != std::string::npos);
  }
}

TEST_CASE("speaking TLS to a server that does not is a fault of TLS", "[http][tls]") {
  const Setup setup;
  TestServer server(&answer_fine, std::nullopt, true);
  Endpoint endpoint = with(server, setup.for_client());
  endpoint.base_url.replace(0, 4, "https");
  Client client(endpoint);
  // The server waits for the end of a request line; the hello of TLS may hold one or not.
  try {
    static_cast<void>(client.send({.target = "/", .idle_limit = std::chrono::milliseconds(200)}, {}));
    FAIL("spoke to it");
  } catch (const base::Error& error) {
    CHECK(
        (error.code() == base::ErrorCode::engine_unreachable || error.code() == base::ErrorCode::timed_out));
  }
}

TEST_CASE("a connection is taken over inside TLS, and its halves end one by one", "[http][tls]") {
  const Setup setup;
  TestServer server(
      [](const Received&, Peer& peer) {
        peer.send("HTTP/1.1 101 UPGRADED\r\n\r\nhello,");
        for (std::string piece = peer.receive(); !piece.empty(); piece = peer.receive()) {
          peer.send(piece);
        }
        peer.send("end");
        return false;
      },
      setup.for_server());
  Client client(with(server, setup.for_client()));
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
  const std::string much(4U << 20U, 'm');
  const std::jthread writer([&] {
    connection->write(much, {});
    connection->close_write();
  });
  std::string all;
  while (all.size() < much.size() + 9) {
    const std::string piece = connection->read({});
    REQUIRE_FALSE(piece.empty());
    all += piece;
  }
  CHECK(all == "hello," + much + "end");
}

TEST_CASE("a TLS peer that is gone is an error, not a signal", "[http][tls]") {
  const Setup setup;
  TestServer server(
      [](const Received&, Peer& peer) {
        peer.send("HTTP/1.1 101 UPGRADED\r\n\r\n");
        return false;
      },
      setup.for_server());
  Client client(with(server, setup.for_client()));
  Response refusal;
  const auto connection = client.hijack({.method = "POST", .target = "/"}, refusal, {});
  REQUIRE(connection != nullptr);
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
