// SPDX-License-Identifier: Apache-2.0
#include "docker/pull_lines.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

namespace {

constexpr std::string_view kPull =
    R"({"status":"Pulling from library/a","id":"1"})"
    "\r\n"
    R"({"status":"Pulling fs layer","progressDetail":{},"id":"0f1e"})"
    "\r\n"
    R"({"status":"Downloading","progressDetail":{"current":5,"total":10},"progress":"[=> ]","id":"0f1e"})"
    "\r\n"
    R"({"status":"Status: Downloaded newer image for a:1"})"
    "\r\n";

std::string read(std::string_view text, std::size_t step) {
  PullLines lines;
  std::string seen;
  const auto note = [&](const PullProgress& p) {
    seen += p.layer + "/" + p.status + "/" + std::to_string(p.current) + "/" + std::to_string(p.total) + ";";
  };
  for (std::size_t at = 0; at < text.size(); at += step) {
    lines.feed(text.substr(at, step), note);
  }
  lines.finish(note);
  return seen + lines.error();
}

}  // namespace

TEST_CASE("the progress of a pull is the same however it is cut", "[docker]") {
  const std::size_t step = GENERATE(1U, 2U, 7U, 50U, 10'000U);
  CHECK(read(kPull, step) ==
        "1/Pulling from library/a/0/0;0f1e/Pulling fs layer/0/0;0f1e/Downloading/5/10;"
        "/Status: Downloaded newer image for a:1/0/0;");
}

TEST_CASE("an error line is the failure of the pull", "[docker]") {
  CHECK(read(R"({"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"})"
             "\n",
             9) == "manifest unknown");
  CHECK(read(R"({"error":"cut before its line break"})", 9) == "cut before its line break");
}

TEST_CASE("lines that are no progress are not trusted", "[docker]") {
  const std::string text = GENERATE("<html>\n", "[]\n", "5\n",
                                    R"({"status":5})"
                                    "\n",
                                    R"({"progressDetail":{"current":"x"}})"
                                    "\n",
                                    R"({"status":"cut)");
  CHECK_THROWS_AS(read(text, 3), base::Error);
}

TEST_CASE("a line without an end is given up", "[docker]") {
  CHECK_THROWS_AS(read(std::string(2U << 20U, ' '), 65'536), base::Error);
}

TEST_CASE("nobody has to listen to the progress", "[docker]") {
  PullLines lines;
  CHECK_NOTHROW(lines.feed(kPull, nullptr));
}

}  // namespace ingot::docker
