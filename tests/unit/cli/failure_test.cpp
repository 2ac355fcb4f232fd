// SPDX-License-Identifier: Apache-2.0
#include "output/failure.hpp"
#include "exit_code.hpp"
#include "remedy.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using ingot::base::ErrorCode;
using ingot::base::Failure;
using ingot::cli::output::failure_text;

TEST_CASE("an error says what failed, why, and what to do, the most important last") {
  const Failure failure{.code = ErrorCode::engine_unreachable,
                        .message = "the engine does not answer",
                        .cause = "no such socket",
                        .context = {"creating node 'a'"},
                        .remedy = "systemctl start docker"};
  CHECK(failure_text(failure, {}, false) ==
        "error: the engine does not answer\ncause: no such socket\ntry: systemctl start docker\n");
  CHECK(failure_text(failure, {}, true) ==
        "error: the engine does not answer\ncause: no such socket\n  while creating node 'a'\n"
        "try: systemctl start docker\n");
}

TEST_CASE("every problem of bad input has a line") {
  const Failure failure{
      .code = ErrorCode::invalid_input, .message = "no", .problems = {"line 1: a", "line 2: b"}};
  CHECK(failure_text(failure, {}, false) == "error: no\n  line 1: a\n  line 2: b\n");
}

TEST_CASE("of captured output the last twenty lines are shown, and all with -v") {
  Failure failure{.code = ErrorCode::command_failed, .message = "kubeadm failed"};
  for (int i = 1; i <= 30; ++i) {
    failure.detail += "line " + std::to_string(i) + "\r\n";
  }
  const auto text = failure_text(failure, {}, false);
  CHECK(text.find("(10 earlier lines; -v shows them)\n  line 11\n") != std::string::npos);
  CHECK(failure_text(failure, {}, true).find("  line 1\n") != std::string::npos);
}

TEST_CASE("captured output cannot act on the terminal") {
  const Failure failure{
      .code = ErrorCode::command_failed, .message = "a\x1b[2Jb", .detail = "\x1b]0;title\x07"};
  CHECK(failure_text(failure, {}, false).find('\x1b') == std::string::npos);
}

TEST_CASE("a failure as JSON has its stable code and no empty members") {
  const Failure failure{.code = ErrorCode::already_exists, .message = "taken"};
  CHECK(ingot::cli::output::failure_value(failure).to_json_line() ==
        R"({"code":"already-exists","message":"taken"})");
}

TEST_CASE("kinds of failures and their exit codes") {
  using ingot::cli::to_exit_code;
  CHECK(to_exit_code(ErrorCode::engine_refused) == 1);
  CHECK(to_exit_code(ErrorCode::invalid_input) == 2);
  CHECK(to_exit_code(ErrorCode::unsupported) == 2);
  CHECK(to_exit_code(ErrorCode::not_found) == 3);
  CHECK(to_exit_code(ErrorCode::already_exists) == 4);
  CHECK(to_exit_code(ErrorCode::engine_unreachable) == 5);
  CHECK(to_exit_code(ErrorCode::environment) == 5);
  CHECK(to_exit_code(ErrorCode::timed_out) == 6);
  CHECK(ingot::cli::interrupted_exit_code(SIGINT) == 130);
  CHECK(ingot::cli::interrupted_exit_code(SIGTERM) == 143);
}

TEST_CASE("the library's own remedy comes first") {
  CHECK(ingot::cli::remedy_for({.code = ErrorCode::environment, .remedy = "do x"}) == "do x");
  CHECK(ingot::cli::remedy_for({.code = ErrorCode::environment}) == "ingot doctor");
}
