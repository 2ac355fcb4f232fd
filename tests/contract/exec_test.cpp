// SPDX-License-Identifier: Apache-2.0
// What we believe about commands run in containers.
#include "contract/subject.hpp"

#include <catch2/catch.hpp>

#include <utility>

using namespace ingot::contract;
using nlohmann::json;

namespace {

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Outcome exec(Subject& subject, const std::string& id, ingot::docker::ExecSpec spec,
             std::vector<std::string> input = {}) {
  Outcome outcome;
  ingot::docker::ExecStreams streams{.out = [&](std::string_view piece) { outcome.out += piece; },
                                     .err = [&](std::string_view piece) { outcome.err += piece; }};
  if (!input.empty()) {
    streams.input = [input, next = std::size_t{0}](const std::stop_token&) mutable {
      return next < input.size() ? input[next++] : std::string();
    };
  }
  outcome.exit_code = subject.engine.exec(id, spec, streams, {});
  return outcome;
}

}  // namespace

TEMPLATE_TEST_CASE("a command's output comes apart and its exit code comes along", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const auto outcome = exec(subject, id, {.command = {"/probe", "say", "one\n", "two\n", "7"}});
    CHECK(outcome.exit_code == 7);
    CHECK(outcome.out == "one\n");
    CHECK(outcome.err == "two\n");
  });
}

TEMPLATE_TEST_CASE("a terminal mixes both streams and turns line feeds into new lines", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const auto outcome =
        exec(subject, id, {.command = {"/probe", "say", "one\n", "two\n", "7"}, .tty = true});
    CHECK(outcome.exit_code == 7);
    CHECK(outcome.out == "one\r\ntwo\r\n");
    CHECK(outcome.err.empty());
  });
}

TEMPLATE_TEST_CASE("input reaches a command, and its end too", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const std::string large(300'000, 'x');
    const auto outcome = exec(subject, id, {.command = {"/probe", "copy"}}, {"one ", "two ", large});
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out == "one two " + large);
  });
}

TEMPLATE_TEST_CASE("a command that is not in the image ends with 126 and the engine's words", "[contract]",
                   OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const auto outcome = exec(subject, id, {.command = {"/missing"}});
    CHECK(outcome.exit_code == 126);
    CHECK_THAT(outcome.out, Catch::Contains("exec: \"/missing\": stat /missing: no such file or directory"));
  });
}

TEMPLATE_TEST_CASE("the terminal of a command takes a new size", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const ingot::docker::ExecStreams streams{.on_start = [](const auto& resize) { resize(33, 77); }};
    CHECK(subject.engine.exec(id, {.command = {"/probe", "size", "33", "77"}, .tty = true}, streams, {}) ==
          0);
  });
}

TEMPLATE_TEST_CASE("a terminal has its size before anybody tells the command of one", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const ingot::docker::ExecStreams streams{.size = {.rows = 33, .columns = 77}};
    CHECK(subject.engine.exec(id, {.command = {"/probe", "size", "33", "77"}, .tty = true}, streams, {}) ==
          0);
  });
}

TEMPLATE_TEST_CASE("a command needs words and a running container", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    const auto stopped = subject.ask("POST", "/v1.41/containers/" + id + "/exec", json{{"Cmd", {"/probe"}}});
    CHECK(stopped.status == 409);
    CHECK(stopped.message == "container " + id + " is not running");
    subject.engine.start_container(id, {});
    const auto wordless =
        subject.ask("POST", "/v1.41/containers/" + id + "/exec", json{{"Cmd", json::array()}});
    CHECK(wordless.status == 400);
    CHECK(wordless.message == "No exec command specified");
    for (const char* rest : {"/json", "/start", "/resize?h=1&w=1"}) {
      const bool is_get = std::string(rest) == "/json";
      const auto answer = is_get
                              ? subject.ask("GET", "/v1.41/exec/none/json")
                              : subject.ask("POST", "/v1.41/exec/none" + std::string(rest), json::object());
      CHECK(answer.status == 404);
      CHECK(answer.message == "No such exec instance: none");
    }
  });
}

TEMPLATE_TEST_CASE("a detached command runs on and has no exit code yet", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const auto created =
        subject.ask("POST", "/v1.41/containers/" + id + "/exec", json{{"Cmd", {"/probe", "wait"}}});
    REQUIRE(created.status == 201);
    const std::string exec_path = "/v1.41/exec/" + created.json.at("Id").get<std::string>();
    CHECK(subject.ask("GET", exec_path + "/json").json.at("ExitCode").is_null());
    CHECK(subject.ask("POST", exec_path + "/start", json{{"Detach", true}}).status == 200);
    const auto running = subject.ask("GET", exec_path + "/json");
    CHECK(running.json.at("Running") == true);
    CHECK(running.json.at("ExitCode").is_null());
    CHECK(running.json.at("ContainerID") == id);
    CHECK(running.json.at("ProcessConfig").at("entrypoint") == "/probe");
    CHECK(running.json.at("ProcessConfig").at("arguments") == json::array({"wait"}));
  });
}
