// SPDX-License-Identifier: Apache-2.0
// What Engine does on the wire, against answers scripted request by request: for the moments that a real
// engine shows rarely. The tests of the label "engine" run it against an engine with a memory.
#include "docker/engine.hpp"
#include "base/error.hpp"
#include "unit/http/test_server.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <mutex>

namespace ingot::docker {

namespace {

using base::ErrorCode;
using http::to_answer;

std::string frame(char channel, const std::string& payload) {
  return std::string{channel, 0, 0, 0, 0, 0, 0, static_cast<char>(payload.size())} + payload;
}

// Answers a ping with the API version given, then one scripted answer to each request, in order.
class ScriptedEngine {
 public:
  explicit ScriptedEngine(std::deque<std::string> answers, std::string ping = "Api-Version: 1.45\r\n")
      : answers_(std::move(answers)),
        ping_("HTTP/1.1 200 OK\r\n" + ping + "Content-Length: 2\r\n\r\nOK"),
        server_([this](const http::Received& request, http::Peer& peer) { return answer(request, peer); }),
        engine_({.host = "unix://" + server_.endpoint().unix_socket}) {}

  [[nodiscard]] Engine& operator*() { return engine_; }
  [[nodiscard]] Engine* operator->() { return &engine_; }
  // "METHOD target", ping and all.
  [[nodiscard]] std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  bool answer(const http::Received& request, http::Peer& peer) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request.method + " " + request.target);
    if (request.target == "/_ping") {
      return peer.send(ping_);
    }
    if (answers_.empty()) {
      return false;
    }
    const std::string text = answers_.front();
    answers_.pop_front();
    return peer.send(text) && text.find(" 101 ") == std::string::npos;  // a hijacked connection ends
  }

  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::string ping_;
  std::vector<std::string> requests_;
  http::TestServer server_;
  Engine engine_;
};

template <typename Call>
ErrorCode code_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const base::Error& error) {
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::internal;
}

const std::string kUpgraded = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n";

}  // namespace

TEST_CASE("the API version is the highest that both sides know, and asked once", "[docker]") {
  struct Row {
    const char* engine;
    const char* used;
  };
  const auto row = GENERATE(values<Row>({{"1.41", "/v1.41"}, {"1.45", "/v1.45"}, {"1.99", "/v1.47"}}));
  ScriptedEngine engine({to_answer("200 OK", "[]"), to_answer("200 OK", "[]")},
                        "Api-Version: " + std::string(row.engine) + "\r\n");
  CHECK(engine->list_networks({}).empty());
  CHECK(engine->list_networks({}).empty());
  const std::string list = std::string("GET ") + row.used + "/networks";
  CHECK(engine.requests() == std::vector<std::string>{"GET /_ping", list, list});
}

TEST_CASE("an engine that is too old, or none, is told apart", "[docker]") {
  ScriptedEngine old({}, "Api-Version: 1.40\r\n");
  CHECK(code_of([&] { return old->list_networks({}); }) == ErrorCode::unsupported);
  const std::string header = GENERATE("", "Api-Version: 2.0\r\n", "Api-Version: 1.x\r\n");
  ScriptedEngine none({}, header);
  CHECK(code_of([&] { return none->list_networks({}); }) == ErrorCode::untrusted);
}

TEST_CASE("names and labels are encoded where they stand", "[docker]") {
  ScriptedEngine engine(
      {to_answer("404 Not Found", "{}"), to_answer("404 Not Found", "{}"), to_answer("200 OK", "[]")});
  CHECK_FALSE(engine->inspect_container("a/../b c", {}));
  CHECK_FALSE(engine->inspect_image("host:5000/a b:1", {}));
  CHECK(engine->list_containers({"k=a&b"}, {}).empty());
  CHECK(engine.requests() ==
        std::vector<std::string>{
            "GET /_ping", "GET /v1.45/containers/a%2F..%2Fb%20c/json",
            "GET /v1.45/images/host%3A5000/a%20b%3A1/json",
            "GET /v1.45/containers/json?all=1&filters=%7B%22label%22%3A%5B%22k%3Da%26b%22%5D%7D"});
}

TEST_CASE("an empty name is never part of a path", "[docker]") {
  ScriptedEngine engine({});
  CHECK(code_of([&] { return engine->remove_container("", {}); }) == ErrorCode::internal);
  CHECK(code_of([&] { return engine->inspect_image("", {}); }) == ErrorCode::internal);
  CHECK(engine.requests().empty());
}

TEST_CASE("a removal that is in progress is waited out", "[docker]") {
  const std::string busy = R"({"message":"removal of container a is already in progress"})";
  SECTION("to its end") {
    const std::string end = GENERATE(to_answer("200 OK", R"({"StatusCode":0})"),
                                     to_answer("404 Not Found", R"({"message":"No such container: a"})"));
    ScriptedEngine engine({to_answer("409 Conflict", busy), end});
    CHECK(engine->remove_container("a", {}));
    CHECK(engine.requests().back() == "POST /v1.45/containers/a/wait?condition=removed");
  }
  SECTION("to its failure") {
    ScriptedEngine engine(
        {to_answer("409 Conflict", busy),
         to_answer("200 OK", R"({"StatusCode":0,"Error":{"Message":"device or resource busy"}})")});
    CHECK(code_of([&] { return engine->remove_container("a", {}); }) == ErrorCode::engine_refused);
  }
}

TEST_CASE("what is not there is not removed, and that is no error", "[docker]") {
  const std::string gone = to_answer("404 Not Found", R"({"message":"No such thing"})");
  ScriptedEngine engine({gone, gone});
  CHECK_FALSE(engine->remove_container("a", {}));
  CHECK_FALSE(engine->remove_network("a", {}));
}

TEST_CASE("starting what runs and stopping what does not are fine", "[docker]") {
  const std::string already = "HTTP/1.1 304 Not Modified\r\n\r\n";
  ScriptedEngine engine({already, already});
  CHECK_NOTHROW(engine->start_container("a", {}));
  CHECK_NOTHROW(engine->stop_container("a", std::chrono::seconds(3), {}));
  CHECK(engine.requests().back() == "POST /v1.45/containers/a/stop?t=3");
}

TEST_CASE("a pull that fails after it began is a missing image", "[docker]") {
  ScriptedEngine engine(
      {to_answer("200 OK",
                 "{\"status\":\"Pulling from a\",\"id\":\"1\"}\r\n{\"errorDetail\":{\"message\":"
                 "\"manifest unknown\"},\"error\":\"manifest unknown\"}\r\n")});
  int steps = 0;
  CHECK(code_of([&] {
          engine->pull_image("h:5000/a", [&](const PullProgress&) { ++steps; }, {});
          return 0;
        }) == ErrorCode::image_missing);
  CHECK(steps == 1);
  CHECK(engine.requests().back() == "POST /v1.45/images/create?fromImage=h%3A5000%2Fa&tag=latest");
}

TEST_CASE("the exit code of a command is that of its end, however late the engine knows", "[docker]") {
  ScriptedEngine engine({to_answer("201 Created", R"({"Id":"e1"})"),
                         kUpgraded + frame(1, "out") + frame(2, "err") + frame(1, "more"),
                         to_answer("200 OK", R"({"Running":true,"ExitCode":null})"),
                         to_answer("200 OK", R"({"Running":false,"ExitCode":null})"),
                         to_answer("200 OK", R"({"Running":false,"ExitCode":7})")});
  std::string out;
  std::string err;
  const ExecStreams streams{.out = [&](std::string_view piece) { out += piece; },
                            .err = [&](std::string_view piece) { err += piece; }};
  CHECK(engine->exec("a", {.command = {"x"}}, streams, {}) == 7);
  CHECK(out == "outmore");
  CHECK(err == "err");
}

TEST_CASE("the output of a terminal is not taken apart", "[docker]") {
  ScriptedEngine engine({to_answer("201 Created", R"({"Id":"e1"})"), kUpgraded + "\1raw",
                         to_answer("200 OK", R"({"Running":false,"ExitCode":0})")});
  std::string out;
  const ExecStreams streams{.out = [&](std::string_view piece) { out += piece; }};
  CHECK(engine->exec("a", {.command = {"x"}, .tty = true}, streams, {}) == 0);
  CHECK(out == "\1raw");
}

TEST_CASE("the output of a command that is cut off is a broken engine", "[docker]") {
  ScriptedEngine engine(
      {to_answer("201 Created", R"({"Id":"e1"})"), kUpgraded + frame(1, "out").substr(0, 9)});
  CHECK(code_of([&] { return engine->exec("a", {.command = {"x"}}, {}, {}); }) ==
        ErrorCode::engine_unreachable);
}

TEST_CASE("a command that may not run is refused with the engine's words", "[docker]") {
  const std::string words = R"({"message":"container a is not running"})";
  SECTION("when it is made") {
    ScriptedEngine engine({to_answer("409 Conflict", words)});
    CHECK(code_of([&] { return engine->exec("a", {.command = {"x"}}, {}, {}); }) ==
          ErrorCode::engine_refused);
  }
  SECTION("when it is started") {
    ScriptedEngine engine({to_answer("201 Created", R"({"Id":"e1"})"), to_answer("409 Conflict", words)});
    CHECK(code_of([&] { return engine->exec("a", {.command = {"x"}}, {}, {}); }) ==
          ErrorCode::engine_refused);
  }
}

}  // namespace ingot::docker
