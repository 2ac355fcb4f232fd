// SPDX-License-Identifier: Apache-2.0
// The server by TLS, and whom its client takes for it; tests/process has what others' clients make of it.
#include "serve/tls.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"
#include "pki/certificate.hpp"
#include "pki/inspect.hpp"
#include "serve/address.hpp"
#include "serve/client.hpp"
#include "serve/server.hpp"
#include "serve/stream.hpp"
#include "support/temp_dir.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>
#include <thread>

namespace ingot::serve {

namespace {

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class TlsServing {
 public:
  explicit TlsServing(const std::string& listen = "127.0.0.1:0", bool is_tls = true)
      : TlsServing(listen, is_tls, {}) {}
  // With somebody's own certificate.
  explicit TlsServing(const pki::IssuedCertificate& theirs) : TlsServing("127.0.0.1:0", true, theirs) {}

  testing::TempDir folder;
  const CertificateFiles files{.certificate = (folder.path() / "cert.pem").string(),
                               .key = (folder.path() / "key.pem").string()};
  live::World world;
  std::optional<Server> server;
  std::jthread thread;

  [[nodiscard]] ServerPlace place(Trust trust, bool is_tls = true) const {
    auto port = std::to_string(split_address(server->address()).port);
    return {.socket = {},
            .address = "127.0.0.1:" + std::move(port),
            .token = read((folder.path() / "token").string()).substr(0, 64),
            .is_tls = is_tls,
            .trust = std::move(trust)};
  }
  [[nodiscard]] Trust pin() const { return read_trust(server->fingerprint()); }

 private:
  TlsServing(const std::string& listen, bool is_tls, const std::optional<pki::IssuedCertificate>& theirs) {
    if (theirs) {
      std::ofstream(files.certificate) << theirs->certificate;
      std::ofstream(files.key) << theirs->key;
      ::chmod(files.key.c_str(), 0600);
    }
    server.emplace(Options{.socket = (folder.path() / "live.sock").string(),
                           .listen = listen,
                           .token_file = (folder.path() / "token").string(),
                           .tls = {.is_wanted = is_tls, .files = files, .is_own = !theirs},
                           .commands = {},
                           .server = {"1", "unix:///e"}},
                   world);
    thread = std::jthread([this](const std::stop_token& stop) { server->run(stop); });
  }
};

base::Failure refusal_of(const ServerPlace& place) {
  try {
    static_cast<void>(Client::connect(place, {}, {}));
  } catch (const Refused& refused) {
    return refused.failure();
  }
  FAIL("the client takes it");
  return {};
}

bool is_welcome(const ServerPlace& place) {
  const base::TimeLimit limit(std::chrono::seconds(20), {});
  const auto client = Client::connect(place, {}, limit.token());
  const auto message = client ? client->receive(limit.token()) : std::nullopt;
  return message && live::read_server_message(*message).type == "welcome";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

pki::IssuedCertificate issue(const pki::Authority& authority, const std::string& name,
                             std::chrono::hours lifetime = std::chrono::hours(24)) {
  return authority.issue({.common_name = "s",
                          .dns_names = {name},
                          .ip_addresses = name == "localhost" ? std::vector<std::string>{"127.0.0.1"}
                                                              : std::vector<std::string>(),
                          .usage = pki::Usage::server,
                          .lifetime = lifetime});
}

Trust trust_in(const pki::Authority& authority) {
  return {.fingerprints = {}, .authorities = authority.certificate(), .is_pinned = false};
}

// A server that can only shake hands, with any certificate at all.
class Handshakes {
 public:
  explicit Handshakes(const pki::IssuedCertificate& shown)
      : context_(make_server_context(
            {.chain = shown.certificate, .key = shown.key, .fingerprint = {}, .names = {}})) {}
  ~Handshakes() { ::shutdown(acceptor_.native_handle(), SHUT_RDWR); }
  Handshakes(const Handshakes&) = delete;
  Handshakes& operator=(const Handshakes&) = delete;

  [[nodiscard]] std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  using tcp = boost::asio::ip::tcp;
  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::jthread thread_{[this] {
    for (boost::system::error_code error; !error;) {
      boost::asio::ssl::stream<tcp::socket> stream(io_, context_);
      acceptor_.accept(stream.next_layer(), error);
      boost::system::error_code ignored;
      if (!error) {
        stream.handshake(boost::asio::ssl::stream_base::server, ignored);
      }
    }
  }};
};

}  // namespace

TEST_CASE("Tls: a certificate that was renewed is shown to whoever comes next", "[serve]") {
  const auto authority = pki::Authority::make("them");
  const auto pin = [](const pki::IssuedCertificate& one) {
    return read_trust(pki::fingerprint_of(one.certificate));
  };
  const auto replace = [](const std::string& path, const std::string& text) {
    std::ofstream(path + ".new") << text;
    ::chmod((path + ".new").c_str(), 0600);
    std::filesystem::rename(path + ".new", path);
  };
  const auto first = issue(authority, "localhost");
  const TlsServing serving(first);
  CHECK(is_welcome(serving.place(pin(first))));
  const auto second = issue(authority, "localhost");
  replace(serving.files.certificate, second.certificate);
  CHECK(is_welcome(serving.place(pin(first))));  // the key of the new one is not there yet
  replace(serving.files.key, second.key);
  CHECK(is_welcome(serving.place(pin(second))));
  CHECK(has(refusal_of(serving.place(pin(first))).cause, pki::fingerprint_of(second.certificate)));
  std::filesystem::remove(serving.files.certificate);
  CHECK(is_welcome(serving.place(pin(second))));
}

TEST_CASE("Tls: beyond this machine nothing else is spoken, and here where it is asked for", "[serve]") {
  const TlsServing everywhere("0.0.0.0:0", false);
  CHECK(everywhere.server->url().starts_with("https://"));
  CHECK(everywhere.server->console().starts_with(everywhere.server->url() + "/#token="));
  CHECK(is_welcome(everywhere.place(everywhere.pin())));
  const TlsServing asked;
  CHECK(asked.server->url().starts_with("https://127.0.0.1:"));
  const TlsServing plain("127.0.0.1:0", false);
  CHECK(plain.server->url().starts_with("http://"));
  CHECK(plain.server->fingerprint().empty());
  CHECK_FALSE(std::filesystem::exists(plain.files.certificate));
  CHECK(is_welcome(plain.place({}, false)));
}

TEST_CASE("Tls: changes are told, and a client resumes", "[serve]") {
  TlsServing serving;
  const auto place = serving.place(serving.pin());
  serving.world.set(testing::node_object("a"), {});
  testing::Known known;
  {
    const auto client = Client::connect(place, {}, {});
    while (known.version < 1) {
      known.take(client->receive({}).value());
    }
  }
  serving.world.set(testing::node_object("b", std::string(100000, 'x')), {});
  const auto again = Client::connect(place, {.resume = known.bookmark.position(), .filter = {}}, {});
  CHECK(live::read_server_message(again->receive({}).value()).is_resumed);
  CHECK(live::read_server_message(again->receive({}).value()).objects.front().subject.id == "b");
}

TEST_CASE("Tls: a certificate is known by its file, its fingerprint, or who has signed it", "[serve]") {
  const TlsServing own;
  CHECK(is_welcome(own.place(usual_trust(own.files.certificate))));
  CHECK(is_welcome(own.place(read_trust(own.files.certificate))));
  std::string colons = "sha256:";
  for (std::size_t i = 7; i < own.server->fingerprint().size(); i += 2) {
    colons += own.server->fingerprint().substr(i, 2) + (i < 69 ? ":" : "");
  }
  CHECK(is_welcome(own.place(read_trust(colons))));
  const auto authority = pki::Authority::make("them");
  const TlsServing theirs(issue(authority, "localhost"));
  CHECK(is_welcome(theirs.place(trust_in(authority))));
}

TEST_CASE("Tls: a certificate that nobody knows is refused, with its fingerprint", "[serve]") {
  const TlsServing serving;
  for (const auto& trust :
       {Trust(), trust_in(pki::Authority::make("other")), read_trust("sha256:" + std::string(64, '0'))}) {
    const auto failure = refusal_of(serving.place(trust));
    CHECK(failure.code == base::ErrorCode::untrusted);
    CHECK(has(failure.message, "not known"));
    CHECK(has(failure.cause, serving.server->fingerprint()));
    CHECK(has(failure.remedy, "--server-cert " + serving.server->fingerprint()));
  }
}

TEST_CASE("Tls: a certificate for other names is refused, but not where it is known itself", "[serve]") {
  const auto authority = pki::Authority::make("them");
  const TlsServing serving(issue(authority, "other.example"));
  const auto failure = refusal_of(serving.place(trust_in(authority)));
  CHECK(has(failure.message, "for other names"));
  CHECK(failure.cause == "other.example");
  CHECK(is_welcome(serving.place(serving.pin())));
}

TEST_CASE("Tls: a certificate that has expired is refused, also where it is known", "[serve]") {
  const auto authority = pki::Authority::make("them");
  const auto old = issue(authority, "localhost", std::chrono::hours(-1));
  const Handshakes serving(old);
  for (const auto& trust : {trust_in(authority), read_trust(pki::fingerprint_of(old.certificate))}) {
    const auto failure = refusal_of(
        {.socket = {}, .address = serving.address(), .token = "t", .is_tls = true, .trust = trust});
    CHECK(has(failure.message, "not valid now"));
    CHECK(has(failure.cause, "expired"));
  }
}

TEST_CASE("Tls: one side with it and one without is told by both", "[serve]") {
  const TlsServing with;
  const auto plainly = refusal_of(with.place({}, false));
  CHECK(plainly.cause == "the server speaks TLS here");
  CHECK(has(plainly.remedy, "https://"));
  const TlsServing without("127.0.0.1:0", false);
  CHECK_THROWS_AS(Client::connect(without.place({}), {}, {}), base::Error);
}

TEST_CASE("Tls: the token goes to no other machine without it", "[serve]") {
  const ServerPlace place{.socket = {}, .address = "192.0.2.1:7700", .token = std::string(64, 'a')};
  const auto failure = refusal_of(place);
  CHECK(has(failure.message, "without TLS"));
  CHECK(failure.remedy == "--server https://192.0.2.1:7700");
}

TEST_CASE("Tls: a wrong token is told of, and is no reason to try again", "[serve]") {
  const TlsServing serving;
  auto place = serving.place(serving.pin());
  place.token = std::string(64, '0');
  CHECK(refusal_of(place).cause == "the token is missing or wrong");
}

TEST_CASE("Tls: what a stream still does when it goes ends in order", "[serve]") {
  const Handshakes serving(pki::issue_self_signed({.common_name = "s", .usage = pki::Usage::server}));
  boost::asio::io_context io;
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
  std::optional<Stream> stream(std::in_place, Stream::Plain(io), context);
  const auto [host, port] = split_address(serving.address());
  stream->next_layer().connect(boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
  int ended = 0;
  std::array<char, 1> place{};
  stream->async_handshake(boost::asio::ssl::stream_base::client, [&](boost::system::error_code error) {
    REQUIRE_FALSE(error);
    const auto count = [&](boost::system::error_code, std::size_t) { ++ended; };
    stream->async_read_some(boost::asio::buffer(place), count);
    stream->async_write_some(boost::asio::buffer("ping"), count);
    stream.reset();
  });
  io.run();
  CHECK(ended == 2);
}

TEST_CASE("Tls: what is no fingerprint and no file of certificates is not understood", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "text").string();
  std::ofstream(path) << "text";
  for (const auto& given : {std::string("sha256:"), std::string("sha256:12"),
                            "sha256:" + std::string(64, 'x'), path, path + "-none"}) {
    CHECK_THROWS_AS(read_trust(given), base::Error);
  }
  CHECK(usual_trust(path).fingerprints.empty());
  CHECK_FALSE(usual_trust(path).is_pinned);
}

}  // namespace ingot::serve
