// SPDX-License-Identifier: Apache-2.0
#include "http_trace.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using cli::to_lines;
using std::chrono::milliseconds;

TEST_CASE("with -v a line is shown for each request") {
  CHECK(to_lines({.server = "/var/run/docker.sock",
                  .method = "GET",
                  .target = "/v1.47/info",
                  .status = 200,
                  .elapsed = milliseconds(3),
                  .answer_body = "{}"},
                 false) == std::vector<std::string>{"http: GET /v1.47/info 200, 3 ms"});
  CHECK(to_lines({.server = "https://127.0.0.1:6443",
                  .method = "GET",
                  .target = "/version",
                  .error = "cannot connect",
                  .elapsed = milliseconds(1)},
                 true) ==
        std::vector<std::string>{"http: GET https://127.0.0.1:6443/version cannot connect, 1 ms"});
}

TEST_CASE("with -vv bodies are shown, without what is secret in them") {
  const auto lines = to_lines({.server = "https://a",
                               .method = "POST",
                               .target = "/x",
                               .status = 201,
                               .request_body = R"({"token":"hidden","a":1})",
                               .answer_body = "one\ntwo\x1b[2J"},
                              true);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].find("hidden") == std::string::npos);
  CHECK(lines[1].find(R"("a":1)") != std::string::npos);
  CHECK(lines[2] == "http: < one?two?[2J");
}

TEST_CASE("even with -vv no Secret is shown") {
  for (const char* target : {"/api/v1/namespaces/a/secrets", "/api/v1/namespaces/a/secrets/b?x=y",
                             "/api/v1/namespaces/a/serviceaccounts/b/token"}) {
    const auto lines = to_lines({.method = "POST",
                                 .target = target,
                                 .status = 201,
                                 .request_body = "aGlkZGVu",
                                 .answer_body = "aGlkZGVu"},
                                true);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1] == "http: > (8 bytes of a secret)");
    CHECK(lines[2] == "http: < (8 bytes of a secret)");
  }
}

TEST_CASE("with -vv what is long is cut, and nobody prints what is no text") {
  const std::string large(100'000, 'x');
  const auto lines = to_lines({.method = "PUT",
                               .target = "/x",
                               .status = 200,
                               .request_body = std::string_view("a\0b", 3),
                               .answer_body = large},
                              true);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] == "http: > (3 bytes)");
  CHECK(lines[2].ends_with("x... (83616 more bytes)"));
}

TEST_CASE("the observer is told while it lives, through the display where there is one") {
  class Display final : public cli::output::Progress {
   public:
    void on(const plan::Event&) noexcept override {}
    void note(std::string_view text) noexcept override { notes.emplace_back(text); }
    std::vector<std::string> notes;
  };
  std::string err;
  const cli::OutStream stream{.write = [&](std::string_view text) {
    err += text;
    return cli::Written::fine;
  }};
  CHECK(http::observer() == nullptr);
  {
    Display display;
    cli::HttpTrace trace(stream, false);
    REQUIRE(http::observer() != nullptr);
    const http::Observed seen{.method = "GET", .target = "/a", .status = 200};
    (*http::observer())(seen);
    CHECK(err == "http: GET /a 200, 0 ms\n");
    trace.show_through(&display);
    (*http::observer())(seen);
    trace.show_through(nullptr);
    CHECK(display.notes == std::vector<std::string>{"http: GET /a 200, 0 ms"});
  }
  CHECK(http::observer() == nullptr);
  CHECK(err == "http: GET /a 200, 0 ms\n");
}
