// SPDX-License-Identifier: Apache-2.0
// The server and its client over a real socket; tests/process has what hostile clients send.
#include "serve/server.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "http/client.hpp"
#include "serve/client.hpp"
#include "serve/socket_file.hpp"
#include "support/temp_dir.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

namespace ingot::serve {

namespace {

using testing::Known;
using testing::node_object;

class Serving {
 public:
  testing::TempDir folder;
  const std::string path = (folder.path() / "live.sock").string();
  live::World world;
  std::optional<Server> server{
      std::in_place,
      Options{.socket = path,
              .commands = {.program = {"/bin/sh", "-c"}, .environment = {{"PATH", "/usr/bin:/bin"}}},
              .server = {"1", "unix:///e"}},
      world};
  std::jthread thread{[this](const std::stop_token& stop) { server->run(stop); }};

  [[nodiscard]] std::unique_ptr<Client> connect(const live::Hello& hello = {}) const {
    return Client::connect({.socket = path, .address = {}, .token = {}}, hello, {});
  }
};

std::string require(Client& client) {
  const base::TimeLimit limit(std::chrono::seconds(20), {});
  auto message = client.receive(limit.token());
  REQUIRE(message);
  return *message;
}

// Up to a version.
Known read_to(Client& client, live::Version version) {
  Known known;
  while (known.version < version) {
    known.take(require(client));
  }
  return known;
}

}  // namespace

TEST_CASE("Server: two clients see the same, change by change", "[serve]") {
  Serving serving;
  serving.world.set(node_object("a"), {});
  const auto one = serving.connect();
  const auto two = serving.connect();
  for (const auto& client : {one.get(), two.get()}) {  // each changes the world by coming
    CHECK(live::read_server_message(require(*client)).type == "welcome");
    CHECK(live::read_server_message(require(*client)).objects.size() == 1);
  }
  serving.world.set(node_object("b"), {});
  CHECK(require(*one) == require(*two));
}

TEST_CASE("Server: a client that was away resumes without a gap", "[serve]") {
  Serving serving;
  serving.world.set(node_object("a"), {});
  auto client = serving.connect();
  const auto known = read_to(*client, 1);
  CHECK(known.objects.size() == 1);
  client.reset();
  serving.world.set(node_object("b"), {});
  client = serving.connect({.resume = known.bookmark.position(), .filter = {}});
  CHECK(live::read_server_message(require(*client)).is_resumed);
  CHECK(live::read_server_message(require(*client)).objects.front().subject.id == "b");
}

TEST_CASE("Server: a thousand changes for a client that does not read cost nobody", "[serve]") {
  Serving serving;
  const auto sleeper = serving.connect();
  const auto reader = serving.connect();
  for (int i = 0; i < 1000; ++i) {
    serving.world.set(node_object("a", i % 2 == 0 ? "running" : "exited"), {});
  }
  const auto last = serving.world.version();
  CHECK(read_to(*reader, last).objects.size() == 1);
  CHECK(read_to(*sleeper, last).is_in_order);
}

TEST_CASE("Server: everybody is told when it ends, and the socket goes", "[serve]") {
  Serving serving;
  const auto client = serving.connect();
  static_cast<void>(require(*client));
  static_cast<void>(require(*client));
  serving.thread = {};
  CHECK(live::read_server_message(require(*client)).reason == "the server ends");
  CHECK_FALSE(client->receive({}));
  serving.server.reset();
  CHECK_FALSE(std::filesystem::exists(serving.path));
  CHECK(serving.connect() == nullptr);
}

TEST_CASE("Server: who reads metrics asks for what nodes use", "[serve]") {
  const Serving serving;
  http::Client client({.unix_socket = serving.path, .base_url = "http://localhost", .tls = std::nullopt});
  CHECK(client.send({.target = "/metrics"}, {}).status == 200);
  const base::TimeLimit limit(std::chrono::seconds(20), {});
  CHECK_NOTHROW(serving.world.wait_until_wished(live::Kind::usage, limit.token()));
}

TEST_CASE("Server: waiting for a message ends at once with a stop", "[serve]") {
  Serving serving;
  const auto client = serving.connect();
  static_cast<void>(require(*client));
  static_cast<void>(require(*client));
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  CHECK_THROWS_AS(client->receive(stop.get_token()), base::Cancelled);
}

TEST_CASE("SocketFile: a living server keeps it, a dead one's is replaced", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "s").string();
  {
    const SocketFile alive(path);
    CHECK_THROWS_AS(SocketFile(path), base::Error);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms(0777)) ==
          std::filesystem::perms(0600));
    std::filesystem::create_hard_link(path, path + ".stale");
  }
  std::filesystem::rename(path + ".stale", path);
  CHECK_NOTHROW(SocketFile(path));
  std::ofstream(path) << "text";
  CHECK_THROWS_AS(SocketFile(path), base::Error);
  CHECK_THROWS_AS(SocketFile((folder.path() / std::string(200, 'x')).string()), base::Error);
}

}  // namespace ingot::serve
