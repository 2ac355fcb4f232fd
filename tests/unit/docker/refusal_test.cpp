// SPDX-License-Identifier: Apache-2.0
#include "docker/refusal.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

namespace {

using base::ErrorCode;

http::Response answer(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("the engine's words are found in its answer", "[docker]") {
  CHECK(words_of(answer(404, R"({"message":"No such container: x"})")) == "No such container: x");
  CHECK(words_of(answer(502, "<html>Bad gateway</html>\r\n")) == "<html>Bad gateway</html>");
  CHECK(words_of(answer(500, "")) == "HTTP status 500 without a reason");
  CHECK(words_of(answer(500, R"({"message":""})")) == "HTTP status 500 without a reason");
  CHECK(words_of(answer(500, R"({"message":5})")) == R"({"message":5})");
}

TEST_CASE("the engine's words cannot act on a terminal or fill it", "[docker]") {
  CHECK(words_of(answer(500, R"({"message":"a\u001b[2Jb\nc"})")) == "a [2Jb c");
  CHECK(words_of(answer(500, std::string(1U << 20U, 'x'))).size() == 2000);
}

TEST_CASE("what an engine refuses has a code that callers can act on", "[docker]") {
  struct Row {
    int status;
    const char* words;
    ErrorCode code;
  };
  const auto row = GENERATE(values<Row>(
      {{409,
        R"(Conflict. The container name "/a" is already in use by container "dce8". You have to remove (or rename) that container to be able to reuse that name.)",
        ErrorCode::already_exists},
       {409, "network with name a already exists", ErrorCode::already_exists},
       {403, "Pool overlaps with other one on this address space", ErrorCode::already_exists},
       {400, "invalid pool request: Pool overlaps with other one on this address space",
        ErrorCode::already_exists},
       {403, "Address already in use", ErrorCode::already_exists},
       {409, "container 5229 is not running", ErrorCode::engine_refused},
       {404, "No such image: nope:1", ErrorCode::image_missing},
       {404, "No such container: a", ErrorCode::not_found},
       {404, "network nonet not found", ErrorCode::not_found},
       {403, "error while removing network: network a id 9ccd has active endpoints",
        ErrorCode::engine_refused},
       {400, "no command specified", ErrorCode::engine_refused},
       {500, "failed to create task for container: OCI runtime create failed", ErrorCode::engine_refused},
       {500, "write /var/lib/docker/tmp/x: no space left on device", ErrorCode::environment},
       {400,
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the "
        "network",
        ErrorCode::environment},
       {400, "all predefined address pools have been fully subnetted", ErrorCode::environment}}));
  CAPTURE(row.words);
  const auto failure = to_failure("do it", row.status, row.words);
  CHECK(failure.code == row.code);
  CHECK(failure.cause == row.words);
  CHECK((failure.message == "the engine could not do it" || failure.code == ErrorCode::environment));
  CHECK(failure.remedy.empty() == (failure.code != ErrorCode::environment));
}

TEST_CASE("a port in use is named, in the words of every engine", "[docker]") {
  struct Row {
    const char* words;
    const char* port;
  };
  const auto row = GENERATE(values<Row>(
      {{"driver failed programming external connectivity on endpoint a (4359): Bind for 127.0.0.1:32771 "
        "failed: port is already allocated",
        "127.0.0.1:32771"},
       {"driver failed programming external connectivity on endpoint a (952a): Error starting userland "
        "proxy: listen tcp4 0.0.0.0:18999: bind: address already in use",
        "0.0.0.0:18999"},
       {"driver failed programming external connectivity on endpoint a (952a): Error starting userland "
        "proxy: listen tcp6 [::]:18999: bind: address already in use",
        "[::]:18999"},
       {"failed to set up container networking: driver failed programming external connectivity on endpoint "
        "a (1): failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use",
        "0.0.0.0:80"},
       {"failed to bind host port 127.0.0.1:8080/tcp: address already in use", "127.0.0.1:8080"},
       {"Bind for :::80 failed: port is already allocated", ""}}));
  CAPTURE(row.words);
  const auto failure = to_failure("start container 'a'", 500, row.words);
  CHECK(failure.code == ErrorCode::already_exists);
  if (*row.port != '\0') {
    CHECK(failure.message == std::string("port ") + row.port + " of this machine is in use");
    CHECK_FALSE(failure.remedy.empty());
  }
}

TEST_CASE("a pull that fails means that the image is not to be had", "[docker]") {
  struct Row {
    const char* words;
    ErrorCode code;
  };
  const auto row = GENERATE(values<Row>(
      {{"Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host",
        ErrorCode::image_missing},
       {"Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
        ErrorCode::image_missing},
       {"manifest for a:1 not found: manifest unknown", ErrorCode::image_missing},
       {"pull access denied for a, repository does not exist or may require 'docker login'",
        ErrorCode::image_missing},
       {"failed to register layer: write /x: no space left on device", ErrorCode::environment},
       {"invalid reference format: repository name (library/A) must be lowercase",
        ErrorCode::invalid_input}}));
  const auto failure = to_pull_failure("a:1", 500, row.words);
  CHECK(failure.code == row.code);
  CHECK(failure.cause == row.words);
}

}  // namespace ingot::docker
