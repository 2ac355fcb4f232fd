// SPDX-License-Identifier: Apache-2.0
// lib/docker when the engine misbehaves: every failure is an error in the user's words, never a hang or a
// crash.
#include "base/error.hpp"
#include "base/wait.hpp"
#include "engine/engine_fixture.hpp"
#include "support/temp_dir.hpp"
#include "support/wire/server.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace ingot;
using base::ErrorCode;
using testing::EngineFixture;
using testing::failure_of;

TEST_CASE_METHOD(EngineFixture, "an answer cut off anywhere is an engine that broke the connection",
                 "[engine]") {
  const auto id = run("one");
  const std::size_t bytes = GENERATE(0U, 1U, 100U);
  fake.faults().cut_after({.method = "GET", .path = "/containers/[^/]+/json"}, bytes);
  const auto failure = failure_of([&] { static_cast<void>(engine.inspect_container(id, {})); });
  CHECK(failure.code == ErrorCode::engine_unreachable);
  CHECK_THAT(failure.message, Catch::EndsWith("broke the connection"));
  CHECK(engine.inspect_container(id, {})->name == "one");  // the next one goes through
}

TEST_CASE_METHOD(EngineFixture, "a container whose creation lost its answer is there and can be found",
                 "[engine]") {
  fake.faults().cut_after({.method = "POST", .path = "/containers/create"}, 0);
  CHECK(failure_of([&] { create("one"); }).code == ErrorCode::engine_unreachable);
  CHECK(fake.containers_with_label("test=one").size() == 1);
  CHECK(engine.list_containers({"test"}, {}).size() == 1);
}

TEST_CASE_METHOD(EngineFixture, "a stream cut off in its middle is no success", "[engine]") {
  const auto id = run("one", {"say", "0123456789", "", "0"});
  engine.wait_container(id, {});
  const auto logs = [&] { engine.container_logs(id, false, [](std::string_view) { return true; }, {}); };
  fake.faults().cut_after({.path = ".*/logs"}, 12);
  CHECK(failure_of(logs).code == ErrorCode::engine_unreachable);
  fake.faults().cut_after({.path = ".*/archive"}, 100);
  CHECK(failure_of([&] { static_cast<void>(engine.get_archive(id, "/data", {})); }).code ==
        ErrorCode::engine_unreachable);
}

TEST_CASE_METHOD(EngineFixture, "the output of a command cut off inside a frame is no success", "[engine]") {
  const auto id = run("one");
  const std::size_t bytes = GENERATE(4U, 8U, 12U);  // in the head, behind it, in the payload
  fake.faults().cut_after({.path = "/exec/.*/start"}, bytes);
  const docker::ExecSpec spec{.command = {"/probe", "say", "0123456789", "", "0"}};
  CHECK(failure_of([&] { engine.exec(id, spec, {}, {}); }).code == ErrorCode::engine_unreachable);
}

TEST_CASE_METHOD(EngineFixture,
                 "a pull cut off is no success, and a pull that goes through tells its progress",
                 "[engine]") {
  fake.add_to_registry({.reference = "some/image:2"});
  std::vector<std::string> statuses;
  const auto pull = [&] {
    engine.pull_image("some/image:2",
                      [&](const docker::PullProgress& step) { statuses.push_back(step.status); }, {});
  };
  fake.faults().cut_after({.path = "/images/create"}, 60);
  CHECK(failure_of(pull).code != ErrorCode::internal);
  statuses.clear();
  pull();
  CHECK(engine.inspect_image("some/image:2", {}));
  CHECK(statuses.front() == "Pulling from some/image");
  CHECK_THAT(statuses.back(), Catch::StartsWith("Status: Downloaded newer image"));
}

TEST_CASE_METHOD(EngineFixture, "an error inside a pull's stream is the pull's", "[engine]") {
  fake.faults().answer(
      {.path = "/images/create"}, 200,
      "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"no space left on device\"},"
      "\"error\":\"write /x: no space left on device\"}\r\n");
  const auto failure = failure_of([&] { engine.pull_image("some/image:2", {}, {}); });
  CHECK(failure.code == ErrorCode::environment);
  CHECK(failure.cause == "write /x: no space left on device");
}

TEST_CASE_METHOD(EngineFixture, "answers that are no JSON, or another's, are not trusted", "[engine]") {
  const std::string body =
      GENERATE(std::string(), std::string("null"), std::string("{"), std::string("[]"),
               std::string("<html>busy</html>"), std::string(R"({"Id":7})"),
               std::string(R"({"Id":"a","Name":["a"],"State":{},"Config":{}})"),
               std::string(R"({"Id":"a","Name":"/a","State":{"Status":"running","Pid":"x"},"Config":{}})"),
               std::string(R"({"Id":"a","Name":"/a","State":{"Status":"running"},"Config":{"Labels":[]}})"));
  INFO(body);
  fake.faults().answer({.path = "/containers/a/json"}, 200, body);
  CHECK(failure_of([&] { static_cast<void>(engine.inspect_container("a", {})); }).code ==
        ErrorCode::untrusted);
}

TEST_CASE_METHOD(EngineFixture, "lists and creations with nonsense in them are not trusted", "[engine]") {
  const std::string body = GENERATE(std::string("{}"), std::string("[7]"), std::string("[{\"Id\":{}}]"));
  INFO(body);
  for (const char* path : {"/containers/json", "/images/json", "/networks", "/containers/create"}) {
    fake.faults().answer({.path = path}, 200, body);
  }
  CHECK(failure_of([&] { static_cast<void>(engine.list_containers({}, {})); }).code == ErrorCode::untrusted);
  CHECK(failure_of([&] { static_cast<void>(engine.list_images({}, {})); }).code == ErrorCode::untrusted);
  CHECK(failure_of([&] { static_cast<void>(engine.list_networks({})); }).code == ErrorCode::untrusted);
  CHECK(failure_of([&] { create("one"); }).code == ErrorCode::untrusted);
}

TEST_CASE_METHOD(EngineFixture, "a refusal keeps the engine's words, whatever their form", "[engine]") {
  fake.faults().fail({.path = "/containers/a/start", .nth = 1}, 500, "the moon is full");
  const auto failure = failure_of([&] { engine.start_container("a", {}); });
  CHECK(failure.code == ErrorCode::engine_refused);
  CHECK(failure.cause == "the moon is full");
  fake.faults().answer({.path = "/containers/a/start", .nth = 1}, 502, "<html>Bad Gateway</html>");
  CHECK(failure_of([&] { engine.start_container("a", {}); }).cause == "<html>Bad Gateway</html>");
}

TEST_CASE_METHOD(EngineFixture, "a call that hangs ends the moment it is cancelled", "[engine]") {
  const auto id = run("one");
  const auto hold = fake.faults().hold({.path = "/containers/[^/]+/json"});
  std::stop_source stop;
  const std::jthread stopper([&] {
    hold->wait_until_held();
    stop.request_stop();
  });
  CHECK_THROWS_AS(engine.inspect_container(id, stop.get_token()), base::Cancelled);
}

TEST_CASE_METHOD(EngineFixture, "a call that hung goes on when the engine does", "[engine]") {
  const auto id = run("one");
  const auto hold = fake.faults().hold({.method = "DELETE", .path = ".*"});
  const std::jthread releaser([&] {
    hold->wait_until_held();
    hold->release();
  });
  CHECK(engine.remove_container(id, {}));
}

TEST_CASE_METHOD(EngineFixture, "waits, followed logs and commands end the moment they are cancelled",
                 "[engine]") {
  const auto id = run("one");
  const int which = GENERATE(0, 1, 2);
  const std::vector<std::string> paths = {"/containers/.*/wait", "/containers/.*/logs", "/exec/.*/start"};
  std::stop_source stop;
  fake.faults().before({.path = paths[static_cast<std::size_t>(which)]}, [&] { stop.request_stop(); });
  const std::vector<std::function<void()>> calls = {
      [&] { engine.wait_container(id, stop.get_token()); },
      [&] {
        engine.container_logs(
            id, true, [](std::string_view) { return true; }, stop.get_token());
      },
      [&] {
        engine.exec(id, {.command = {"/probe", "wait"}}, {}, stop.get_token());
      }};
  CHECK_THROWS_AS(calls[static_cast<std::size_t>(which)](), base::Cancelled);
}

TEST_CASE_METHOD(EngineFixture, "an engine that dies breaks every call that waits on it", "[engine]") {
  const auto id = run("one");
  std::vector<ErrorCode> codes(3, ErrorCode::internal);
  {
    const auto expect = [&](std::size_t index, const std::function<void()>& call) {
      return std::jthread([&codes, index, call] { codes[index] = failure_of(call).code; });
    };
    const auto wait = expect(0, [&] { engine.wait_container(id, {}); });
    const auto logs =
        expect(1, [&] { engine.container_logs(id, true, [](std::string_view) { return true; }, {}); });
    const auto exec = expect(2, [&] { engine.exec(id, {.command = {"/probe", "wait"}}, {}, {}); });
    base::wait_until("all three to be on their way", base::Clock::now() + std::chrono::seconds(20),
                     std::chrono::milliseconds(1), {}, [&](std::string&) {
                       return fake.requests("POST", ".*/wait").size() +
                                  fake.requests("GET", ".*/logs").size() +
                                  fake.requests("POST", "/exec/.*/start").size() ==
                              3;
                     });
    fake.die();
  }
  CHECK(codes == std::vector<ErrorCode>(3, ErrorCode::engine_unreachable));
  const auto failure = failure_of([&] { static_cast<void>(engine.info({})); });
  CHECK(failure.code == ErrorCode::engine_unreachable);
  CHECK_THAT(failure.message, Catch::EndsWith("is not running"));
}

TEST_CASE_METHOD(EngineFixture, "an engine that dies at any request of a life gives an error each time",
                 "[engine]") {
  const int nth = GENERATE(range(1, 8));
  fake.faults().die({.nth = nth});
  const auto live = [&] {
    const auto id = run("one");
    engine.put_archive(id, "/", tar::pack({{.path = "/etc/x", .content = "x"}}), {});
    static_cast<void>(engine.inspect_container(id, {}));
    engine.exec(id, {.command = {"/probe", "say", "x", "", "0"}}, {}, {});
    engine.remove_container(id, {});
  };
  INFO("request " << nth);
  CHECK(failure_of(live).code == ErrorCode::engine_unreachable);
}

TEST_CASE_METHOD(EngineFixture, "a removal that is under way elsewhere is waited out", "[engine]") {
  const auto id = run("one");
  fake.faults().fail({.method = "DELETE", .path = ".*"}, 409,
                     "removal of container " + id + " is already in progress");
  const auto hold = fake.faults().hold({.method = "POST", .path = ".*/wait"});
  const std::jthread other([&] {
    hold->wait_until_held();
    docker::Engine(fake.address()).remove_container(id, {});
    hold->release();
  });
  CHECK(engine.remove_container(id, {}));
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(EngineFixture, "what answers without a version is no engine", "[engine]") {
  fake.faults().answer({.path = "/_ping"}, 200, "OK");
  CHECK(failure_of([&] { static_cast<void>(engine.info({})); }).code == ErrorCode::untrusted);
}

TEST_CASE("a socket that is not there, and one that nobody serves, are told apart", "[engine]") {
  const testing::TempDir folder;
  const std::string path = folder / "engine.sock";
  docker::Engine engine({.host = "unix://" + path});
  CHECK_THAT(failure_of([&] { static_cast<void>(engine.info({})); }).message,
             Catch::StartsWith("there is no container engine at"));
  const base::Fd nobody = testing::bind_unix(path);
  CHECK_THAT(failure_of([&] { static_cast<void>(engine.info({})); }).message,
             Catch::EndsWith("is not running"));
}
