// SPDX-License-Identifier: Apache-2.0
#include "kube/wait.hpp"

#include "api_server.hpp"
#include "base/fd.hpp"
#include "kube/probe.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <thread>

using namespace ingot;
using namespace ingot::kube_test;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorCode;
using nlohmann::json;

namespace {

const std::string kNodes = "/api/v1/nodes";

auto in(std::chrono::milliseconds time) {
  return base::Clock::now() + time;
}

std::string node(const char* type, const std::string& name, bool ready, int version) {
  const json object{{"metadata", {{"name", name}, {"resourceVersion", std::to_string(version)}}},
                    {"ready", ready}};
  return json{{"type", type}, {"object", object}}.dump() + '\n';
}

Answer empty_list() {
  return {.body = R"({"items":[],"metadata":{"resourceVersion":"1"}})"};
}

base::Failure failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.failure();
  }
  return {.message = "no error"};
}

// A port of 127.0.0.1 that is taken, with or without somebody listening.
class Port {
 public:
  explicit Port(bool listening) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_.get(), generic, size) == 0);
    REQUIRE(::getsockname(fd_.get(), generic, &size) == 0);
    number_ = ntohs(address.sin_port);
    if (listening) {
      REQUIRE(::listen(fd_.get(), 8) == 0);
    }
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(number_); }
  int fd() const { return fd_.get(); }

 private:
  base::Fd fd_;
  int number_ = 0;
};

}  // namespace

TEST_CASE("waiting for the API lasts until it answers with success", "[kube]") {
  ApiServer server;
  server.on("GET /version", {{.status = "503 Unavailable", .body = "not yet"},
                             {.status = "403 Forbidden", .body = "{}"},
                             {.body = "{}"}});
  kube::Client client(server.url(), {});
  kube::wait_for_api(client, in(30s), {});
  CHECK(server.count("GET /version") == 3);
}

TEST_CASE("an API that does not come is told with what was seen last", "[kube]") {
  const Port port(false);
  kube::Client client(port.url(), {});
  const auto failure = failure_of([&] { kube::wait_for_api(client, in(30ms), {}); });
  CHECK(failure.code == ErrorCode::timed_out);
  CHECK(failure.message == "timed out waiting for the API server at " + port.url());
  CHECK(failure.cause == "nobody listens");

  ApiServer server;
  server.on("GET /readyz", {{.status = "500 Oops", .body = "[-]poststarthook/rbac failed"}});
  kube::Client other(server.url(), {});
  CHECK(failure_of([&] { kube::wait_for_api(other, in(30ms), {}, "/readyz"); }).cause ==
        "HTTP 500: [-]poststarthook/rbac failed");
}

TEST_CASE("a refusal that lasts ends the waiting for the API at once", "[kube]") {
  ApiServer server;
  server.on("GET /version", {{.status = "401 Unauthorized", .body = "{}"}});
  kube::Client client(server.url(), {});
  CHECK(failure_of([&] { kube::wait_for_api(client, in(10min), {}); }).code == ErrorCode::cluster_refused);
}

TEST_CASE("a port tells cheaply whether a server may be behind it", "[kube]") {
  CHECK_FALSE(kube::may_listen(Port(false).url()));
  const Port silent(true);  // connections are taken and wait, as with a TLS server
  CHECK(kube::may_listen(silent.url()));
  CHECK(kube::may_listen("https://some.name.example:6443"));
  CHECK(kube::may_listen("nonsense"));
}

TEST_CASE("a proxy that hangs up has no server behind it", "[kube]") {
  const Port proxy(true);
  const std::jthread hangs_up([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const base::Fd taken(::accept(proxy.fd(), nullptr, nullptr));
    }
  });
  // It hangs up as soon as it runs, which on a busy machine may be later than the look.
  const auto deadline = in(10s);
  while (kube::may_listen(proxy.url()) && base::Clock::now() < deadline) {
  }
  CHECK(base::Clock::now() < deadline);
  ::shutdown(proxy.fd(), SHUT_RDWR);  // ends accept()
}

TEST_CASE("a collection is waited for until it is as wanted", "[kube]") {
  ApiServer server;
  server.on("GET " + kNodes, {empty_list()});
  server.on(
      "GET " + kNodes + "?watch=true&allowWatchBookmarks=true&resourceVersion=1",
      {{.pieces = {node("ADDED", "a", false, 2), node("ADDED", "b", true, 3), node("ADDED", "x", false, 4),
                   node("DELETED", "x", false, 5), node("MODIFIED", "a", true, 6)},
        .hang = true}});
  kube::Client client(server.url(), {});
  std::vector<std::string> seen;
  kube::wait_for(client, kNodes,
                 [&](const kube::Objects& nodes, std::string& why) {
                   std::size_t ready = 0;
                   for (const auto& [name, object] : nodes) {
                     ready += object.at("ready").get<bool>() ? 1U : 0U;
                   }
                   why = std::to_string(ready) + " of " + std::to_string(nodes.size());
                   seen.push_back(why);
                   return ready == 2 && nodes.size() == 2;
                 },
                 in(30s), {});
  CHECK(seen == std::vector<std::string>{"0 of 0", "0 of 1", "1 of 2", "1 of 3", "1 of 2", "2 of 2"});
}

TEST_CASE("an object is waited for by its name, also before it exists", "[kube]") {
  ApiServer server;
  server.on("GET " + kNodes + "?limit=200&fieldSelector=metadata.name%3Da", {empty_list()});
  server.on("GET " + kNodes +
                "?watch=true&allowWatchBookmarks=true&resourceVersion=1&fieldSelector=metadata.name%3Da",
            {{.pieces = {node("ADDED", "a", false, 2), node("MODIFIED", "a", true, 3)}, .hang = true}});
  kube::Client client(server.url(), {});
  int asked = 0;
  kube::wait_for_object(client, kNodes + "/a",
                        [&](const json& object, std::string&) {
                          ++asked;
                          return object.at("ready").get<bool>();
                        },
                        in(30s), {});
  CHECK(asked == 2);
}

TEST_CASE("a wait in vain says what it last saw", "[kube]") {
  ApiServer server;
  server.on("GET " + kNodes, {empty_list()});
  server.on("GET " + kNodes + "?watch=true&allowWatchBookmarks=true&resourceVersion=1", {{.hang = true}});
  server.on("GET " + kNodes +
                "?watch=true&allowWatchBookmarks=true&resourceVersion=1&fieldSelector=metadata.name%3Da",
            {{.pieces = {node("ADDED", "a", false, 2)}, .hang = true}});
  kube::Client client(server.url(), {});
  const auto not_ready = [](const json&, std::string& seen) {
    seen = "the network is not ready";
    return false;
  };
  const auto failure =
      failure_of([&] { kube::wait_for_object(client, kNodes + "/a", not_ready, in(200ms), {}); });
  CHECK(failure.code == ErrorCode::timed_out);
  CHECK(failure.message == "timed out waiting for /api/v1/nodes/a");
  CHECK(failure.cause == "the network is not ready");
  CHECK(failure_of([&] { kube::wait_for_object(client, kNodes + "/b", not_ready, in(50ms), {}); }).cause ==
        "'b' does not exist yet");
  server.on("GET " + kNodes, {{.status = "403 Forbidden", .body = status(403, "Forbidden", "no role")}});
  CHECK(failure_of([&] { kube::wait_for_object(client, kNodes + "/a", not_ready, in(50ms), {}); }).cause ==
        "HTTP 403: no role");
}
